package dev.replicator.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Recognises given callers by their names and the password {@value #PASSWORD}. */
public final class KnownCallers {
    public static final String PASSWORD = "secret";

    /** One iteration, since the tests hash often. */
    private static final PasswordHash HASH = PasswordHash.parse(
            "-pbkdf2:sha256-38df428b309308e48c3687e7f90bda0e9cf253568c21ec754a0e076ab4ab6423,salt,1");

    /** Refusals take as long as a new hash does: here they are many. */
    private static final HashRules QUICK = new HashRules(new Pbkdf2(Hmac.SHA256, 1), 1, 2_000_000, false);

    private KnownCallers() {}

    private static JwtRules tokens(byte[] secret) {
        String key = Base64.getEncoder().encodeToString(secret);
        return new JwtRules(
                JwtRules.STANDARD.required(),
                JwtRules.STANDARD.rolesPath(),
                Map.of(new JwtRules.KeyName(KeyType.HMAC, JwtRules.KeyName.STANDARD_ID), KeyType.HMAC.read(key)),
                Optional.empty());
    }

    /** A token for a name, good for an hour, if those who are asked have the same secret. */
    public static String token(byte[] secret, String name, Set<String> roles) {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .subject(name)
                .claim("_couchdb.roles", List.copyOf(roles))
                .expirationTime(Date.from(Instant.now().plus(Duration.ofHours(1))))
                .build();
        SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims);
        try {
            token.sign(new MACSigner(secret));
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
        return token.serialize();
    }

    /**
     * @param roles by the callers' names
     * @param usersOnly whether nobody may ask anything without credentials
     */
    public static Access access(Map<String, Set<String>> roles, byte[] secret, boolean usersOnly, InstantSource clock) {
        AccessRules standard = AccessRules.standard(secret);
        AccessRules rules = new AccessRules(
                usersOnly,
                standard.challenge(),
                List.of(Scheme.COOKIE, Scheme.BASIC, Scheme.JWT),
                standard.usersDatabase(),
                standard.signing(),
                standard.cookies(),
                QUICK,
                standard.waitingPasswords(),
                standard.waitingTokens(),
                AccessTest.NO_LOCKOUT,
                standard.proxy(),
                tokens(secret));
        Users users = name -> CompletableFuture.completedFuture(Optional.ofNullable(roles.get(name))
                .map(known -> new Principal(name, known, HASH, "salt", Principal.Source.DOCUMENT)));
        return new Access(_ -> Optional.empty(), users, () -> rules, clock);
    }
}
