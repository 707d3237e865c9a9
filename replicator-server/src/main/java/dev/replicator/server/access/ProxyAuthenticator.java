package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Takes the word of a proxy in front of this server, which knows its secret. */
record ProxyAuthenticator(Supplier<ProxyRules> rules, Supplier<Signing> signing) implements Authenticator {
    @Override
    public CompletionStage<Finding> look(Credentials credentials) {
        ProxyRules now = rules.get();
        List<String> names = credentials.headers().apply(now.nameHeader());
        if (names.stream().allMatch(String::isEmpty)) {
            return CompletableFuture.completedFuture(Finding.NOTHING);
        }
        for (String header : List.of(now.nameHeader(), now.rolesHeader(), now.tokenHeader())) {
            if (credentials.headers().apply(header).size() > 1) {
                // Which of them the proxy wrote, and which its client, cannot be told.
                return CompletableFuture.failedFuture(
                        CouchError.badRequest("The request has more than one " + header + ".")
                                .asException());
            }
        }
        String name = names.getFirst();
        if (now.usesSecret() && !isProved(name, credentials.header(now.tokenHeader()))) {
            return CompletableFuture.failedFuture(CouchError.unauthorized("The token of the proxy is missing or wrong.")
                    .asException());
        }
        Set<String> roles = new LinkedHashSet<>();
        for (String role : credentials.header(now.rolesHeader()).orElse("").split(",", -1)) {
            if (!role.isBlank()) {
                roles.add(role.strip());
            }
        }
        return CompletableFuture.completedFuture(
                new Finding.Recognised(Caller.of(name, roles, Scheme.PROXY), Optional.empty()));
    }

    private boolean isProved(String name, Optional<String> token) {
        try {
            return token.filter(hex ->
                            signing.get().verify(name, "", HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT))))
                    .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
