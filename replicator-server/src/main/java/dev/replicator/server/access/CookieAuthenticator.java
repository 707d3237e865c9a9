package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Recognises those who logged in by their session cookie, and carries their sessions on. */
record CookieAuthenticator(SessionCookies cookies, Principals principals) implements Authenticator {
    @Override
    public CompletionStage<Finding> look(Credentials credentials) {
        Optional<SessionCookies.Claim> claim;
        try {
            claim = cookies.find(credentials.headers().apply("Cookie"));
        } catch (CouchException e) {
            return CompletableFuture.completedFuture(new Finding.Stale(e.error()));
        }
        return claim.isEmpty()
                ? CompletableFuture.completedFuture(Finding.NOTHING)
                : principals
                        .find(claim.get().name())
                        .thenApply(principal -> judge(claim.get(), principal, credentials.encrypted()));
    }

    private Finding judge(SessionCookies.Claim claim, Optional<Principal> principal, boolean encrypted) {
        Optional<Principal> named = principal.filter(known -> cookies.isValid(claim, known));
        if (named.isEmpty()) {
            return new Finding.Stale(CouchError.unauthorized("The session has ended. Please log in again."));
        }
        Principal known = named.get();
        Optional<CouchError> objection = Principals.objection(known);
        if (objection.isPresent()) {
            return new Finding.Stale(objection.get());
        }
        return new Finding.Recognised(
                known.as(Scheme.COOKIE),
                cookies.isDueForRenewal(claim) ? Optional.of(cookies.issue(known, encrypted)) : Optional.empty());
    }
}
