package org.mococxr.trainer.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChildProgramTest {
  private static final List<String> UTF_8 =
      List.of("-Dstdout.encoding=UTF-8", "-Dstderr.encoding=UTF-8");

  private static List<String> options(int atOnce, String... given) {
    List<String> options =
        new ChildProgram(ChildProgramTest.class, atOnce).options(List.of(given), 16);
    assertTrue(options.containsAll(UTF_8));
    return options.subList(0, options.size() - UTF_8.size());
  }

  @Test
  void ofSeveralAtOnceEachHasItsShareOfHeapAndProcessors() {
    assertEquals(
        List.of("-Dx=1", "-XX:MaxRAMPercentage=12.500", "-XX:ActiveProcessorCount=4"),
        options(4, "-XX:MaxRAMPercentage=50", "-Dx=1"));
    // A quarter of the memory is the JVM's own choice for a heap.
    assertEquals(List.of("-XX:MaxRAMPercentage=0.781", "-XX:ActiveProcessorCount=1"), options(32));
  }

  @Test
  void oneAtATimeHasAllOfThem() {
    assertEquals(List.of("-XX:MaxRAMPercentage=50.000"), options(1, "-XX:MaxRAMPercentage=50"));
  }

  @Test
  void whatIsSaidInNumbersIsEachOnes() {
    assertEquals(
        List.of("-Xmx3g", "-XX:ActiveProcessorCount=7"),
        options(4, "-Xmx3g", "-XX:ActiveProcessorCount=7"));
  }

  @Test
  void whatBelongsToThisProcessAloneIsNotHandedOn() {
    assertEquals(
        List.of("-Xmx1g"),
        options(1, "-agentlib:jdwp=server=y,address=5005", "-XX:AOTCacheOutput=a.aot", "-Xmx1g"));
  }

  @Test
  void theProgramIsStartedWithItsClassPathAndTheSettingsOfItsCommandLine() {
    System.setProperty("mococxr.device", "cpu");
    System.setProperty("mococxr.terminal", "true");
    try {
      List<String> command =
          new ChildProgram(ChildProgramTest.class, 1).with("run", "--x").command();
      assertTrue(command.contains("-Dmococxr.device=cpu"), command.toString());
      assertFalse(command.contains("-Dmococxr.terminal=true"), command.toString());
      assertEquals(
          List.of(
              "-cp",
              System.getProperty("java.class.path"),
              ChildProgramTest.class.getName(),
              "run",
              "--x"),
          command.subList(command.size() - 5, command.size()));
    } finally {
      System.clearProperty("mococxr.device");
      System.clearProperty("mococxr.terminal");
    }
  }
}
