package org.mococxr.datasets.reading;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces identifiers by keys that tell patients apart and nothing else: HMAC-SHA-256 under a
 * salt, of which 64 bits are shown. Who does not have the salt cannot try identifiers until a key
 * fits.
 */
final class PatientKeys {
  private final SecretKeySpec salt;
  private final boolean keepIdentifiers;

  /**
   * @param salt the secret; the same salt gives the same keys
   * @param keepIdentifiers shows identifiers as they are
   */
  PatientKeys(String salt, boolean keepIdentifiers) {
    this.salt = new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    this.keepIdentifiers = keepIdentifiers;
  }

  /**
   * @param kind what the identifier names, {@code patient} or {@code study}; begins the key
   */
  String key(String kind, String identifier) {
    if (keepIdentifiers) {
      return identifier;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(salt);
      byte[] digest = mac.doFinal((kind + '\0' + identifier).getBytes(StandardCharsets.UTF_8));
      return kind + HexFormat.of().formatHex(digest, 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
