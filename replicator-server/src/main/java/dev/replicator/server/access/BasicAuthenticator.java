package dev.replicator.server.access;

import dev.replicator.error.CouchException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Recognises those who send name and password with the request. */
record BasicAuthenticator(Principals principals, PasswordChecks passwords) implements Authenticator {
    @Override
    public CompletionStage<Finding> look(Credentials credentials) {
        Optional<BasicCredentials> basic;
        try {
            basic = credentials.header("Authorization").flatMap(BasicCredentials::of);
        } catch (CouchException e) {
            return CompletableFuture.failedFuture(e);
        }
        return basic.isEmpty()
                ? CompletableFuture.completedFuture(Finding.NOTHING)
                : check(basic.get().name(), basic.get().password(), credentials.address())
                        .thenApply(known -> new Finding.Recognised(known.as(Scheme.BASIC), Optional.empty()));
    }

    /** As {@link PasswordChecks#check}, of whomever the name stands for. */
    CompletionStage<Principal> check(String name, String password, String address) {
        return principals.find(name).thenCompose(principal -> passwords.check(name, principal, password, address));
    }
}
