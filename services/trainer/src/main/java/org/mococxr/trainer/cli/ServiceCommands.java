package org.mococxr.trainer.cli;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;

/**
 * The commands that run services on this machine. Another jar does them, and {@code bin/mococxr}
 * starts it; here they are known for the help, the completion and the suggestions of a tool that is
 * one program to its user.
 */
final class ServiceCommands {
  /** System property that {@code bin/mococxr} sets to that jar. */
  static final String JAR = "mococxr.services.jar";

  private static final String MAIN = "org.mococxr.local.Main";

  private ServiceCommands() {}

  /** Adds them, where the jar is: a training pod has it not. */
  static CommandLine addTo(CommandLine tool) {
    String named = System.getProperty(JAR);
    if (named == null || !Files.isRegularFile(Path.of(named))) {
      return tool;
    }
    try {
      URL jar = Path.of(named).toUri().toURL();
      // Kept open: the classes of the commands are loaded from it when they are described.
      URLClassLoader loader =
          new URLClassLoader(new URL[] {jar}, CommandLine.class.getClassLoader());
      CommandLine services = new CommandLine(Class.forName(MAIN, true, loader));
      services.getSubcommands().forEach(tool::addSubcommand);
      return tool;
    } catch (MalformedURLException | ReflectiveOperationException e) {
      throw new IllegalStateException(named + " is not the jar of the services' commands", e);
    }
  }
}
