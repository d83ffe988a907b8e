package org.mococxr.specs.training;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.option.Options;

class PretrainingOptionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sgdMomentum | {sgdMomentum: 0.8} | {sgdMomentum: 0.8, optimizer: lars}",
        "milestones | {milestones: [3], schedule: cosine} | {milestones: [3]}",
        "gamma | {gamma: 0.5, schedule: constant} | {gamma: 0.5}",
        "cosineRate | {cosineRate: 1} | {cosineRate: 1, schedule: cosine}"
      })
  void whatHasNoEffectBesideOthersIsRefused(String option, String without, String with)
      throws JsonProcessingException {
    UserErrorException refused = assertThrows(UserErrorException.class, () -> read(without));
    assertEquals(option, refused.location());
    assertTrue(refused.problem().contains("no effect"), refused.getMessage());
    assertDoesNotThrow(() -> read(with));
  }

  @SuppressWarnings("unchecked")
  private static PretrainingOptions read(String yaml) throws JsonProcessingException {
    return Options.read(Yaml.MAPPER.readValue(yaml, Map.class), PretrainingOptions.class);
  }
}
