package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.mococxr.specs.option.Declared;
import org.mococxr.specs.option.OptionRecord;
import org.mococxr.specs.option.Role;

/**
 * What does not belong to a run's identity. A new option says so itself; whoever takes one out of
 * the identity must also write it here.
 */
class IdentifyingOptionsTest {
  private static final Set<String> ELSEWHERE =
      Set.of(
          // Where things lie: what lies there is told by its digest.
          "weights",
          "cache",
          "train",
          "test",
          "root",
          // How the work is done, watched and kept.
          "threads",
          "loaders",
          "logEvery",
          "checkpointEvery",
          "keepLast",
          "keepEvery",
          "exportTorch",
          "probe",
          "neighbours");

  private static void elsewhere(Class<?> type, Set<String> names) {
    for (Declared option : Declared.of(type)) {
      if (option.option().role() != Role.IDENTIFIES) {
        names.add(option.name());
      }
      if (OptionRecord.class.isAssignableFrom(option.elementType())) {
        elsewhere(option.elementType(), names);
      }
    }
  }

  @Test
  void onlyTheseOptionsOfRunsDoNotIdentify() {
    Set<String> names = new TreeSet<>();
    for (RunKind kind : RunKind.values()) {
      elsewhere(kind.told(), names);
    }
    // The findings of pretraining are for its probe.
    assertTrue(names.remove("tasks"));
    assertEquals(new TreeSet<>(ELSEWHERE), names);
  }

  @ParameterizedTest
  @EnumSource
  void everyOptionOfARunIsDeclaredAndHasAMeaning(RunKind kind) {
    for (Declared option : Declared.of(kind.told())) {
      String meaning = option.option().value();
      assertFalse(meaning.isBlank() || meaning.endsWith("."), option.name());
    }
  }
}
