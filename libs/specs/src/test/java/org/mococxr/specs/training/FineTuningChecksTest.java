package org.mococxr.specs.training;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.foundation.Yaml;
import org.mococxr.specs.option.Options;

/** An option that would have no effect is refused by its name. */
class FineTuningChecksTest {

  private static FineTuningOptions options(Object... given) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < given.length; i += 2) {
      map.put((String) given[i], given[i + 1]);
    }
    return Options.read(map, FineTuningOptions.class);
  }

  private static void assertRefused(String option, FineTuningOptions options) {
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> options.checkFor(Mode.LINEAR));
    assertEquals(option, e.location());
  }

  @Test
  void dropoutIsRefusedWhereTheNetworkRunsAsInTests() {
    assertRefused("dropout", options("dropout", 0.2));
    assertRefused("dropout", options("dropout", 0.2, "featureReuse", false));
    FineTuningOptions running =
        options("dropout", 0.2, "featureReuse", false, "frozenNorms", "running");
    assertDoesNotThrow(() -> running.checkFor(Mode.LINEAR));
    assertDoesNotThrow(() -> options("dropout", 0.2).checkFor(Mode.END_TO_END));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sgdMomentum: 0.8 | {} | solver: sgd",
        "sgdDampening: 0.9 | solver: adam | solver: sgd",
        "sgdDampening: 0.9 | {solver: sgd, sgdMomentum: 0} | solver: sgd",
        "penalties: [1] | solver: sgd | {}",
        "learningRate: 30 | {} | solver: sgd",
        "weightDecay: 1e-4 | {} | solver: adam",
        "batch: 16 | {} | solver: adam",
        "epochs: 3 | {} | featureReuse: false",
        "evaluateEvery: 100 | {} | solver: adam",
        "earlyStopping: 2 | {} | solver: adam",
        "schedule: cosine | {} | solver: adam",
        "milestones: [3, 5] | solver: adam | {solver: adam, schedule: multi_step}",
        "gamma: 0.5 | {solver: adam, schedule: cosine} | {solver: adam, schedule: plateau}",
        "patience: 5 | {solver: adam, schedule: step} | {solver: adam, schedule: plateau}",
        "augmentation: {flip: 0.5} | {} | featureReuse: false",
        "keepBest: 3 | {} | featureReuse: false",
        "ensemble: 3 | {} | featureReuse: false",
        "precision: bf16 | solver: sgd | featureReuse: false",
        "aggregation: max | {} | {featureReuse: false, ensemble: 2}"
      })
  void whatHasNoEffectBesideOthersIsRefusedUnlessTheyGiveItOne(
      String given, String without, String with) throws JsonProcessingException {
    UserErrorException refused =
        assertThrows(UserErrorException.class, () -> read(given, without).checkFor(Mode.LINEAR));
    assertEquals(given.split(":")[0], refused.location());
    assertTrue(refused.problem().contains("no effect"), refused.getMessage());
    assertDoesNotThrow(() -> read(given, with).checkFor(Mode.LINEAR));
  }

  @SuppressWarnings("unchecked")
  private static FineTuningOptions read(String... yaml) throws JsonProcessingException {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String each : yaml) {
      map.putAll(Yaml.MAPPER.readValue(each, Map.class));
    }
    return Options.read(map, FineTuningOptions.class);
  }

  /** A run's specification holds what was filled in, and is read again when the run goes on. */
  @ParameterizedTest
  @EnumSource(Mode.class)
  void whatARunFillsInIsReadAgain(Mode mode) {
    FineTuningOptions filled = options().resolved(mode, 0.1);
    assertEquals(filled, Options.read(Options.toMap(filled), FineTuningOptions.class));
    assertEquals(filled, filled.resolved(mode, 0.1));
    assertEquals(23, filled.epochs());
  }

  @Test
  void someOfTheClassesHaveNoLogLossOfTheirOwn() {
    List<String> some = List.of("Edema");
    assertRefused(
        "selectOn",
        options("classification", "multi-class", "selectBy", "log-loss", "selectOn", some));
    assertDoesNotThrow(
        () -> options("classification", "multi-class", "selectOn", some).checkFor(Mode.END_TO_END));
    assertDoesNotThrow(
        () -> options("selectBy", "log-loss", "selectOn", some).checkFor(Mode.END_TO_END));
  }
}
