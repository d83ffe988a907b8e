package org.mococxr.specs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchLogTest {
  @Test
  void eachAttemptHasItsPartOfTheLog() {
    String first = BatchLog.heading("one", 1) + "\nepoch 1\nepoch 2\n";
    String second = BatchLog.heading("two", 3) + "\nfailed: ==== run\n";
    String log = "starting\n" + first + second;
    assertEquals(Optional.of(first), BatchLog.of(log, "one", 1));
    assertEquals(Optional.of(second), BatchLog.of(log, "two", 3));
    assertEquals(Optional.empty(), BatchLog.of(log, "two", 1));
  }

  @Test
  void ofRunsAtOnceEachHasWhatItSaidUnderOneHeading() {
    String one = BatchLog.heading("one", 1);
    String two = BatchLog.heading("two", 1);
    String log = String.join("\n", one, two, "a", one, "b", two, "c", "d", one, "e") + "\n";
    assertEquals(Optional.of(one + "\nb\ne\n"), BatchLog.of(log, "one", 1));
    assertEquals(Optional.of(two + "\na\nc\nd\n"), BatchLog.of(log, "two", 1));
  }
}
