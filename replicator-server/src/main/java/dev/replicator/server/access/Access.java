package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** Recognises callers and logs them in. Thread-safe. */
public final class Access implements Standing, AutoCloseable {
    /** By which the configuration and the users' database say who somebody is. */
    private static final Set<String> STORED = Set.of(Scheme.BASIC.couchName(), Scheme.COOKIE.couchName());

    /**
     * What a request's credentials came to.
     *
     * @param cookie for the answer's {@code Set-Cookie}: the session goes on, or it has ended
     * @param refusal what the request is to be answered with in any case
     */
    public record Admission(Caller caller, Optional<String> cookie, Optional<CouchError> refusal) {
        /** Of a request without credentials. */
        public static final Admission NOBODY = new Admission(Caller.anonymous(), Optional.empty(), Optional.empty());
    }

    /**
     * A login that succeeded.
     *
     * @param cookie for the answer's {@code Set-Cookie}
     */
    public record Login(Caller caller, String cookie) {}

    private final Users users;
    private final Supplier<AccessRules> rules;
    private final Lockout lockout;
    private final Principals principals;
    private final PasswordChecks passwords;
    private final SessionCookies cookies;
    private final BasicAuthenticator basic;
    private final JwtAuthenticator jwt;
    private final Map<Scheme, Authenticator> authenticators;

    /**
     * @param admins tells the hash of an administrator's password by the name; asked each time
     * @param users everybody else; closed with this
     * @param rules asked each time
     */
    public Access(
            Function<String, Optional<PasswordHash>> admins,
            Users users,
            Supplier<AccessRules> rules,
            InstantSource clock) {
        this.users = users;
        this.rules = rules;
        this.principals = new Principals(admins, users);
        this.lockout = new Lockout(() -> rules.get().lockout(), clock);
        Supplier<Signing> signing = () -> rules.get().signing();
        this.passwords = new PasswordChecks(
                lockout, users, () -> rules.get().hashes(), () -> rules.get().waitingPasswords(), clock);
        this.cookies = new SessionCookies(signing, () -> rules.get().cookies(), clock);
        this.basic = new BasicAuthenticator(principals, passwords);
        this.jwt =
                new JwtAuthenticator(() -> rules.get().jwt(), () -> rules.get().waitingTokens(), clock);
        this.authenticators = Map.of(
                Scheme.COOKIE,
                new CookieAuthenticator(cookies, principals),
                Scheme.BASIC,
                basic,
                Scheme.PROXY,
                new ProxyAuthenticator(() -> rules.get().proxy(), signing),
                Scheme.JWT,
                jwt);
    }

    /**
     * Who sent a request; without a wait, unless a user has to be read, a password hashed, or keys fetched. Credentials
     * that are wrong are refused: who sends them is never taken for nobody.
     *
     * @return fails with a {@link dev.replicator.error.CouchException}: 401 for wrong, 400 for garbled credentials, 403
     *     for those that are locked out, 503 where it cannot be told now
     */
    public CompletionStage<Admission> authenticate(Credentials credentials) {
        return look(rules.get().schemes().iterator(), credentials, Optional.empty());
    }

    private CompletionStage<Admission> look(
            Iterator<Scheme> schemes, Credentials credentials, Optional<CouchError> stale) {
        if (!schemes.hasNext()) {
            return CompletableFuture.completedFuture(
                    stale.isEmpty() ? Admission.NOBODY : outdated(credentials, stale.get()));
        }
        return authenticators.get(schemes.next()).look(credentials).thenCompose(finding -> switch (finding) {
            case Finding.Nothing _ -> look(schemes, credentials, stale);
            case Finding.Stale found -> look(schemes, credentials, Optional.of(found.error()));
            case Finding.Recognised found ->
                CompletableFuture.completedFuture(new Admission(found.caller(), found.cookie(), Optional.empty()));
        });
    }

    /** The browser is told to forget the cookie: no page could delete it, and each request would be refused. */
    private Admission outdated(Credentials credentials, CouchError error) {
        return new Admission(
                Caller.anonymous(),
                Optional.of(cookies.expired(credentials.encrypted())),
                credentials.logsIn() ? Optional.empty() : Optional.of(error));
    }

    /**
     * Begins a session.
     *
     * @param address of the client
     * @param encrypted whether it is asked for by TLS
     * @return fails as {@link #authenticate} does
     */
    public CompletionStage<Login> logIn(String name, String password, String address, boolean encrypted) {
        return basic.check(name, password, address)
                .thenApply(known -> new Login(known.as(Scheme.BASIC), cookies.issue(known, encrypted)));
    }

    /**
     * The {@code Set-Cookie} that ends a session.
     *
     * @param encrypted whether it is sent by TLS
     */
    public String logOut(boolean encrypted) {
        return cookies.expired(encrypted);
    }

    /** How many passwords were found among those verified lately. */
    public long passwordsRemembered() {
        return passwords.remembered();
    }

    /** How many passwords were hashed, right or wrong. */
    public long passwordsHashed() {
        return passwords.hashed();
    }

    /** How many passwords were wrong, or of nobody. */
    public long passwordsWrong() {
        return lockout.wrong();
    }

    /** How many passwords were not looked at, since too many were wrong before. */
    public long passwordsLockedOut() {
        return lockout.lockedOut();
    }

    /** How many passwords wait to be hashed. */
    public int passwordsWaiting() {
        return passwords.waiting();
    }

    @Override
    public CompletionStage<Optional<Caller>> of(Caller recognised) {
        if (recognised.handler().filter(STORED::contains).isEmpty()) {
            return CompletableFuture.completedFuture(Optional.of(recognised));
        }
        return principals
                .find(recognised.name().orElseThrow())
                .thenApply(found -> found.filter(
                                principal -> Principals.objection(principal).isEmpty())
                        .map(principal -> new Caller(recognised.name(), principal.roles(), recognised.handler())));
    }

    /** What holds for all callers now. */
    public AccessRules rules() {
        return rules.get();
    }

    @Override
    public void close() {
        passwords.close();
        jwt.close();
        users.close();
    }
}
