package org.mococxr.trainer.console;

import java.util.Map;
import java.util.Properties;
import java.util.logging.Handler;
import java.util.logging.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;

/**
 * The log of a command: on standard error, in the form that application.properties gives Quarkus.
 */
public final class ConsoleLog {
  private static final String LEVEL = "quarkus.log.level";
  private static final String CATEGORY = "quarkus.log.category.\"";
  private static final String FORMAT = "quarkus.log.console.format";

  private ConsoleLog() {}

  /** Replaces whatever handles log records now. */
  public static void install() {
    Properties settings = ToolSettings.read();
    LogContext context = LogContext.getLogContext();
    Logger root = context.getLogger("");
    root.setLevel(Level.parse(settings.getProperty(LEVEL)));
    for (Map.Entry<Object, Object> setting : settings.entrySet()) {
      String name = setting.getKey().toString();
      if (name.startsWith(CATEGORY) && name.endsWith("\".level")) {
        String category = name.substring(CATEGORY.length(), name.lastIndexOf('"'));
        context.getLogger(category).setLevel(Level.parse(setting.getValue().toString()));
      }
    }
    root.setHandlers(
        new Handler[] {
          new ConsoleHandler(
              ConsoleHandler.Target.SYSTEM_ERR, new PatternFormatter(settings.getProperty(FORMAT)))
        });
  }
}
