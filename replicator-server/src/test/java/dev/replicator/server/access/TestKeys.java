package dev.replicator.server.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/** Keys made for a test, and tokens signed with them by another implementation than the one that is tested. */
record TestKeys(KeyPair rsa, KeyPair p256, KeyPair p384, KeyPair p521, KeyPair ed25519, byte[] secret) {
    static TestKeys make() {
        try {
            KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
            rsa.initialize(2048);
            return new TestKeys(
                    rsa.generateKeyPair(),
                    ec("secp256r1"),
                    ec("secp384r1"),
                    ec("secp521r1"),
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair(),
                    "sixty-four bytes, which is what HS512 asks for according to the RFC"
                            .getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
        ec.initialize(new ECGenParameterSpec(curve));
        return ec.generateKeyPair();
    }

    /** A public key as {@code [jwt_keys]} has it. */
    static String pem(Key key) {
        String lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(key.getEncoded())
                .replace("\n", "\\n");
        return "-----BEGIN PUBLIC KEY-----\\n" + lines + "\\n-----END PUBLIC KEY-----\\n";
    }

    KeyPair curve(String alg) {
        return switch (alg) {
            case "ES256" -> p256;
            case "ES384" -> p384;
            default -> p521;
        };
    }

    String token(String alg, String kid, JWTClaimsSet claims) {
        if (alg.equals("EdDSA")) {
            return ed25519(kid, claims);
        }
        try {
            JWSSigner signer = switch (alg.charAt(0)) {
                case 'H' -> new MACSigner(secret);
                case 'R' -> new RSASSASigner(rsa.getPrivate());
                default -> new ECDSASigner((ECPrivateKey) curve(alg).getPrivate());
            };
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.parse(alg)).keyID(kid).build(), claims);
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private String ed25519(String kid, JWTClaimsSet claims) {
        String signed = part("{\"alg\":\"EdDSA\",\"kid\":\"" + kid + "\"}") + "." + part(claims.toString());
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(ed25519.getPrivate());
            signer.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
