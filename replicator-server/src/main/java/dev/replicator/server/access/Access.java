package dev.replicator.server.access;

import dev.replicator.error.CouchException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Recognises callers and logs them in. Thread-safe. */
public final class Access implements AutoCloseable {
    /**
     * What a request's credentials came to.
     *
     * @param renewedCookie for the answer's {@code Set-Cookie}, when the session that the request came with is to go on
     */
    public record Admission(Caller caller, Optional<String> renewedCookie) {}

    /**
     * What is configured of it.
     *
     * @param sessionTimeout after which a session ends that was not used
     * @param usersOnly whether nobody may ask anything without credentials
     * @param challenge the {@code WWW-Authenticate} of every 401
     */
    public record Rules(Duration sessionTimeout, boolean usersOnly, Optional<String> challenge) {}

    /**
     * A login that succeeded.
     *
     * @param cookie for the answer's {@code Set-Cookie}
     */
    public record Login(Caller caller, String cookie) {}

    private static final String BY_PASSWORD = "default";
    private static final String BY_COOKIE = "cookie";

    private final Principals principals;
    private final Supplier<Rules> rules;
    private final PasswordChecks passwords;
    private final SessionCookies cookies;

    /**
     * @param admins tells the hash of an administrator's password by the name; asked each time
     * @param users everybody else
     * @param secret signs cookies; whoever has it can make them
     * @param rules asked each time
     */
    public Access(
            Function<String, Optional<PasswordHash>> admins,
            Users users,
            byte[] secret,
            Supplier<Rules> rules,
            InstantSource clock) {
        this.principals = new Principals(admins, users);
        this.rules = rules;
        this.passwords = new PasswordChecks(clock);
        this.cookies = new SessionCookies(secret, () -> rules.get().sessionTimeout(), clock);
    }

    /**
     * Who sent a request; without a wait, unless a password has to be hashed.
     *
     * @param authorization its {@code Authorization} header
     * @param cookieHeaders its {@code Cookie} headers
     * @return fails with a {@link CouchException}: 401 for wrong, 400 for garbled credentials
     */
    public CompletionStage<Admission> authenticate(Optional<String> authorization, List<String> cookieHeaders) {
        return bySession(cookieHeaders)
                .thenCompose(admission -> admission
                        .<CompletionStage<Admission>>map(CompletableFuture::completedFuture)
                        .orElseGet(() -> byPassword(authorization)));
    }

    private CompletionStage<Optional<Admission>> bySession(List<String> cookieHeaders) {
        Optional<SessionCookies.Claim> claim = SessionCookies.find(cookieHeaders);
        if (claim.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return principals
                .find(claim.get().name())
                .thenApply(principal -> principal
                        .filter(known -> cookies.isValid(claim.get(), known))
                        .map(Principals::undisputed)
                        .map(known -> new Admission(
                                known.as(BY_COOKIE),
                                cookies.isDueForRenewal(claim.get())
                                        ? Optional.of(cookies.issue(known))
                                        : Optional.empty())));
    }

    private CompletionStage<Admission> byPassword(Optional<String> authorization) {
        Optional<BasicCredentials> credentials;
        try {
            credentials = authorization.flatMap(BasicCredentials::of);
        } catch (CouchException e) {
            return CompletableFuture.failedFuture(e);
        }
        if (credentials.isEmpty()) {
            return CompletableFuture.completedFuture(new Admission(Caller.anonymous(), Optional.empty()));
        }
        return check(credentials.get().name(), credentials.get().password())
                .thenApply(known -> new Admission(known.as(BY_PASSWORD), Optional.empty()));
    }

    private CompletionStage<Principal> check(String name, String password) {
        return principals
                .find(name)
                .thenCompose(principal -> passwords.check(principal, password))
                .thenApply(Principals::undisputed);
    }

    /**
     * Begins a session.
     *
     * @return fails with a 401 {@link CouchException} for a wrong name or password
     */
    public CompletionStage<Login> logIn(String name, String password) {
        return check(name, password).thenApply(known -> new Login(known.as(BY_PASSWORD), cookies.issue(known)));
    }

    /** The {@code Set-Cookie} that ends a session. */
    public String logOut() {
        return SessionCookies.expired();
    }

    /** How many passwords were found among those verified lately. */
    public long passwordsRemembered() {
        return passwords.remembered();
    }

    /** How many passwords were hashed, right or wrong. */
    public long passwordsHashed() {
        return passwords.hashed();
    }

    /** How many passwords wait to be hashed. */
    public int passwordsWaiting() {
        return passwords.waiting();
    }

    /** What holds for all callers now. */
    public Rules rules() {
        return rules.get();
    }

    @Override
    public void close() {
        passwords.close();
        principals.users().close();
    }
}
