package org.mococxr.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.mococxr.foundation.Json;

/** An OpenID provider on loopback: discovery, keys, and tokens for whoever a test names. */
public final class Issuer implements QuarkusTestResourceLifecycleManager {
  private static final String CLIENT = "mococxr";
  private static final String KEY = "key-1";
  private static final KeyPair KEYS = keys();
  private static final AtomicLong NUMBERS = new AtomicLong();
  private static volatile String address;
  private HttpServer server;

  @Override
  public Map<String, String> start() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    address = "http://127.0.0.1:" + server.getAddress().getPort();
    answer(
        "/.well-known/openid-configuration",
        Map.of(
            "issuer",
            address,
            "jwks_uri",
            address + "/keys",
            "authorization_endpoint",
            address + "/authorize",
            "token_endpoint",
            address + "/token",
            "response_types_supported",
            List.of("code"),
            "subject_types_supported",
            List.of("public"),
            "id_token_signing_alg_values_supported",
            List.of("RS256")));
    RSAPublicKey key = (RSAPublicKey) KEYS.getPublic();
    answer(
        "/keys",
        Map.of(
            "keys",
            List.of(
                Map.of(
                    "kty",
                    "RSA",
                    "use",
                    "sig",
                    "alg",
                    "RS256",
                    "kid",
                    KEY,
                    "n",
                    text(key.getModulus()),
                    "e",
                    text(key.getPublicExponent())))));
    // Whoever comes from the sign-in page is a viewer.
    server.createContext(
        "/token",
        exchange ->
            send(
                exchange,
                Map.of(
                    "access_token",
                    token("viewer"),
                    "id_token",
                    token("viewer"),
                    "token_type",
                    "Bearer",
                    "expires_in",
                    300)));
    server.start();
    return Map.of(
        "MOCOCXR_OIDC_ENABLED", "true",
        "mococxr.inference.sign-in", "true",
        "MOCOCXR_OIDC_ISSUER", address,
        "MOCOCXR_OIDC_SECRET", "a-secret-of-at-least-thirty-two-characters");
  }

  @Override
  public void stop() {
    server.stop(0);
  }

  /** Where users sign in. */
  public static String address() {
    return address;
  }

  /** Of somebody with these roles. */
  public static String token(String... roles) {
    return token(KEYS, address, Duration.ofMinutes(5), roles);
  }

  /** That was valid until a while ago. */
  public static String expired(String role) {
    return token(KEYS, address, Duration.ofMinutes(-5), role);
  }

  /** Signed by somebody else under the same key's name. */
  public static String forged(String role) {
    return token(keys(), address, Duration.ofMinutes(5), role);
  }

  private static String token(KeyPair keys, String issuer, Duration valid, String... roles) {
    long now = System.currentTimeMillis() / 1000;
    Map<String, Object> claims =
        Map.of(
            "iss",
            issuer,
            "sub",
            "somebody",
            "upn",
            "somebody@example.org",
            "aud",
            CLIENT,
            "groups",
            List.of(roles),
            "iat",
            now - 600,
            "exp",
            now + valid.toSeconds(),
            "jti",
            "token-" + NUMBERS.incrementAndGet());
    String text = part(Map.of("alg", "RS256", "typ", "JWT", "kid", KEY)) + "." + part(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(keys.getPrivate());
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return text + "." + text(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String part(Map<String, Object> json) {
    return text(Json.line(json).strip().getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String text(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] unsigned = bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    return text(unsigned);
  }

  private void answer(String path, Map<String, Object> body) {
    server.createContext(path, exchange -> send(exchange, body));
  }

  private static void send(HttpExchange exchange, Map<String, Object> body) throws IOException {
    try (exchange) {
      byte[] bytes = Json.line(body).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private static KeyPair keys() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      return generator.generateKeyPair();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
