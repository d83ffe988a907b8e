package org.mococxr.orchestrator.launch;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.mococxr.foundation.Digests;

/**
 * Attempts at runs of one experiment and kind that share a Job; mostly one.
 *
 * @param job name of the Job
 * @param runs in the order of work
 */
record Batch(String job, List<Wanted> runs) {

  /**
   * Attempts that are to begin.
   *
   * @param names of the attempts
   */
  static Batch of(String installation, List<Wanted> runs, List<String> names) {
    if (runs.size() == 1) {
      return new Batch(names.getFirst(), runs);
    }
    String digest = Digests.sha256(String.join("\n", names));
    return new Batch("%s-b-%s".formatted(installation, digest.substring(0, 16)), runs);
  }

  Wanted first() {
    return runs.getFirst();
  }

  boolean shared() {
    return runs.size() > 1;
  }

  /** One of the attempts of a Job, as the Job tells it. */
  record Member(String name, int attempt, String run) {}

  /** For an annotation: a line for each attempt. */
  static String write(List<Member> members) {
    return members.stream()
        .map(member -> member.name() + " " + member.attempt() + " " + member.run())
        .collect(Collectors.joining("\n"));
  }

  static List<Member> read(String text) {
    List<Member> members = new ArrayList<>();
    for (String line : text.split("\n")) {
      String[] words = line.split(" ", 3);
      members.add(new Member(words[0], Integer.parseInt(words[1]), words[2]));
    }
    return members;
  }
}
