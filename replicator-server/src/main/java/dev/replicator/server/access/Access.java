package dev.replicator.server.access;

import dev.replicator.error.CouchError;
import dev.replicator.error.CouchException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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

    /** Passwords that wait to be hashed; beyond, more would only wait for minutes. */
    static final int MOST_WAITING = 1000;

    private static final String BY_PASSWORD = "default";
    private static final String BY_COOKIE = "cookie";

    /** Matches no password that can be found; hashed against for names that are not there. */
    private static final PasswordHash NOBODY =
            PasswordHash.parse("-pbkdf2:sha256-" + "00".repeat(32) + ",nobody,600000");

    private final Function<String, Optional<PasswordHash>> admins;
    private final Supplier<Rules> rules;
    private final VerifiedPasswords verified;
    private final SessionCookies cookies;
    private final LongAdder remembered = new LongAdder();
    private final LongAdder hashed = new LongAdder();

    /** One thread: a flood of wrong passwords takes one processor, and the right one is hashed once for all. */
    private final ThreadPoolExecutor hashing = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            Thread.ofPlatform().name("passwords").daemon().factory());

    /**
     * @param admins tells the hash of an administrator's password by the name; asked each time
     * @param secret signs cookies; whoever has it can make them
     * @param rules asked each time
     */
    public Access(
            Function<String, Optional<PasswordHash>> admins,
            byte[] secret,
            Supplier<Rules> rules,
            InstantSource clock) {
        this.admins = admins;
        this.rules = rules;
        this.verified = new VerifiedPasswords(clock);
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
        Optional<SessionCookies.Session> session = cookies.find(cookieHeaders, admins);
        if (session.isPresent()) {
            return CompletableFuture.completedFuture(bySession(session.get()));
        }
        try {
            return authorization
                    .flatMap(BasicCredentials::of)
                    .map(credentials -> verify(
                                    credentials.name(), admins.apply(credentials.name()), credentials.password())
                            .thenApply(caller -> new Admission(caller, Optional.empty())))
                    .orElseGet(() ->
                            CompletableFuture.completedFuture(new Admission(Caller.anonymous(), Optional.empty())));
        } catch (CouchException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Begins a session.
     *
     * @return fails with a 401 {@link CouchException} for a wrong name or password
     */
    public CompletionStage<Login> logIn(String name, String password) {
        Optional<PasswordHash> hash = admins.apply(name);
        return verify(name, hash, password)
                .thenApply(caller -> new Login(caller, cookies.issue(name, hash.orElseThrow())));
    }

    /** The {@code Set-Cookie} that ends a session. */
    public String logOut() {
        return SessionCookies.expired();
    }

    /** How many passwords were found among those verified lately. */
    public long passwordsRemembered() {
        return remembered.sum();
    }

    /** How many passwords were hashed, right or wrong. */
    public long passwordsHashed() {
        return hashed.sum();
    }

    /** How many passwords wait to be hashed. */
    public int passwordsWaiting() {
        return hashing.getQueue().size();
    }

    /** What holds for all callers now. */
    public Rules rules() {
        return rules.get();
    }

    @Override
    public void close() {
        hashing.shutdownNow();
    }

    private Admission bySession(SessionCookies.Session session) {
        Optional<String> renewed = cookies.isDueForRenewal(session)
                ? Optional.of(cookies.issue(session.name(), session.hash()))
                : Optional.empty();
        return new Admission(Caller.admin(session.name(), BY_COOKIE), renewed);
    }

    private CompletableFuture<Caller> verify(String name, Optional<PasswordHash> hash, String password) {
        if (hash.isPresent() && verified.contains(hash.get(), password)) {
            remembered.increment();
            return CompletableFuture.completedFuture(Caller.admin(name, BY_PASSWORD));
        }
        try {
            return CompletableFuture.supplyAsync(() -> verifySlowly(name, hash, password), hashing);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(CouchError.unavailable("Too many passwords wait to be checked.")
                    .asException());
        }
    }

    private Caller verifySlowly(String name, Optional<PasswordHash> hash, String password) {
        // Another connection of the same client may have been first.
        if (hash.isPresent() && verified.contains(hash.get(), password)) {
            remembered.increment();
            return Caller.admin(name, BY_PASSWORD);
        }
        // An unknown name takes as long as a wrong password, and so is not told by the clock.
        hashed.increment();
        boolean right = hash.orElse(NOBODY).matches(password) && hash.isPresent();
        if (!right) {
            throw CouchError.unauthorized("Name or password is incorrect.").asException();
        }
        verified.add(hash.get(), password);
        return Caller.admin(name, BY_PASSWORD);
    }
}
