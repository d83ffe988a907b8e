package org.mococxr.imaging;

import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.mococxr.foundation.UserErrorException;

/**
 * The one place where what a decoder throws at damaged data becomes the user's error: a file can
 * then never be reported as a fault of the program. Every entry into decoding passes here.
 */
public final class DecoderGuard {
  private DecoderGuard() {}

  /**
   * Runs a decoder.
   *
   * @param name of the file, for messages
   * @param format of the file, for messages, for example {@code PNG}
   * @throws UserErrorException naming the file, whatever unchecked exception the decoder ended in
   */
  public static <T> T decode(String name, String format, Supplier<T> decoder) {
    try {
      return decoder.get();
    } catch (UserErrorException | UncheckedIOException e) {
      // The second is the machine's: it comes from reading files, not from their content.
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      throw new UserErrorException(
          name,
          "damaged " + format + ": it contradicts itself (" + e + ")",
          "a whole " + format + " file is expected",
          e);
    }
  }
}
