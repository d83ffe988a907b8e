package org.mococxr.imaging.dicom;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.mococxr.foundation.UserErrorException;

/**
 * Keyed names that stand for identifiers: the same identifier always has the same name, and without
 * the salt nobody finds the way back (HMAC-SHA-256).
 */
public final class Pseudonyms {
  private final SecretKeySpec salt;

  private Pseudonyms(SecretKeySpec salt) {
    this.salt = salt;
  }

  /**
   * @param salt that is kept secret; at least 8 characters
   */
  public Pseudonyms(String salt) {
    this(underAny(salt).salt);
    if (salt.length() < 8) {
      throw new UserErrorException(
          "the salt", "has " + salt.length() + " characters", "at least 8 are expected");
    }
  }

  /** Of a salt of any length: whoever gives a short one has no secret to keep. */
  public static Pseudonyms underAny(String salt) {
    return new Pseudonyms(new SecretKeySpec(salt.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
  }

  /**
   * The name of an identifier, 16 hexadecimal digits.
   *
   * @param kind of identifier, for example {@code patient}
   */
  public String of(String kind, String identifier) {
    return HexFormat.of().formatHex(hash(kind, identifier), 0, 8);
  }

  /** The UID that stands for a UID. */
  public String uid(String uid) {
    return "2.25." + new BigInteger(1, Arrays.copyOf(hash("uid", uid), 16));
  }

  private byte[] hash(String kind, String identifier) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(salt);
      return mac.doFinal((kind + '\0' + identifier).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }
}
