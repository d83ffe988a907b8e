package org.mococxr.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.imaging.DecodeLimits;

class CredentialsTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("TOKEN", "abc.def", "PASSWORD", "open sesame");

  @Test
  void secretsAreLookedUpWhenTheyAreUsed() {
    assertEquals(Optional.empty(), Credentials.parse("").header(ENVIRONMENT));
    assertEquals(
        Optional.of("Bearer abc.def"), Credentials.parse("bearer:env:TOKEN").header(ENVIRONMENT));
    // RFC 7617: the example of section 2.
    assertEquals(
        Optional.of("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        Credentials.parse("basic:Aladdin:env:PASSWORD").header(ENVIRONMENT));
    Credentials unset = Credentials.parse("bearer:env:ABSENT");
    assertThrows(UserErrorException.class, () -> unset.header(ENVIRONMENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3cret", "bearer:s3cret", "basic:me:s3cret", "basic:s3cret", "digest:env:X"})
  void aSecretItselfIsRefusedAndNotRepeated(String text) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> Credentials.parse(text));
    assertFalse(error.getMessage().contains("s3cret"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://host/x", "file:///x", "host/x", "http://me:secret@host/x"})
  void onlyPlainWebAddressesAreTaken(String address) {
    UserErrorException error =
        assertThrows(
            UserErrorException.class,
            () ->
                new DicomWebClient(
                    URI.create(address), new Credentials.None(), DecodeLimits.defaults()));
    assertFalse(error.getMessage().contains("secret"));
  }

  @Test
  void aQuerySaysWhatIsWrongWithIt() {
    for (Map<String, String> wrong :
        List.<Map<String, String>>of(
            Map.of("modality", "C&R"),
            Map.of("modality", ""),
            Map.of("from", "1.2.2024"),
            Map.of("from", "2024-01-02", "to", "2024-01-01"),
            Map.of("body", "CHEST"))) {
      assertThrows(UserErrorException.class, () -> ArchiveQuery.of(wrong));
    }
  }
}
