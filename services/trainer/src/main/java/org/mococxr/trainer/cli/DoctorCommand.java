package org.mococxr.trainer.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.mococxr.foundation.Json;
import org.mococxr.messaging.KafkaSettings;
import org.mococxr.specs.ExitCodes;
import org.mococxr.trainer.doctor.Doctor;
import org.mococxr.trainer.doctor.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What is there and what is missing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Looks at what the tool needs: Java, memory, PyTorch, GPUs, Kafka, the artefact store, rights"
          + " in the cluster. Says what is there, what is missing and what to do. Exit code 0 if"
          + " nothing is missing, 1 otherwise."
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec CommandSpec command;

  @Option(
      names = "--kafka",
      paramLabel = "ADDRESSES",
      description = "Kafka to be tried. Default: what KAFKA_BOOTSTRAP_SERVERS names.")
  String kafka;

  @Option(
      names = "--store",
      paramLabel = "URI",
      description = "Artefact store to be tried. Default: what MOCOCXR_ARTIFACTS names.")
  String store;

  @Option(names = "--json", description = "Print JSON.")
  boolean json;

  @Override
  public Integer call() {
    List<Finding> findings =
        Doctor.examine(
            kafka == null ? System.getenv(KafkaSettings.BOOTSTRAP_SERVERS) : kafka,
            store == null ? System.getenv("MOCOCXR_ARTIFACTS") : store);
    boolean fine = findings.stream().noneMatch(f -> f.state() == Finding.State.MISSING);
    PrintWriter out = command.commandLine().getOut();
    out.println(json ? json(findings, fine) : text(findings));
    out.flush();
    return fine ? ExitCodes.DONE : ExitCodes.FAULT;
  }

  private static String json(List<Finding> findings, boolean fine) {
    List<Map<String, String>> rows = new ArrayList<>();
    for (Finding f : findings) {
      rows.add(
          Map.of(
              "subject", f.subject(),
              "state", f.state().name().toLowerCase(Locale.ROOT),
              "found", f.found(),
              "remedy", f.remedy()));
    }
    return Json.text(Map.of("ok", fine, "findings", rows));
  }

  private static String text(List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding f : findings) {
      text.append(
          "%-8s %s: %s%n"
              .formatted(f.state().name().toLowerCase(Locale.ROOT), f.subject(), f.found()));
      if (!f.remedy().isEmpty()) {
        text.append("         %s%n".formatted(f.remedy()));
      }
    }
    return text.toString().stripTrailing();
  }
}
