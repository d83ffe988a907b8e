package org.mococxr.evaluation.results;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.foundation.TaskNames;
import org.mococxr.foundation.UserErrorException;

/**
 * Which columns of a table with a row per study or image are read, and by what names. Tables come
 * from this project, from the reference (a column {@code Study}), from a notebook (pandas' index,
 * whose column has no name) or from a published labels file.
 *
 * @param tasks the findings wanted; null for every column that is none of those that tell who and
 *     what is on the image
 * @param renamed a column's name to the finding's; for tables that name findings otherwise, as
 *     torchxrayvision's {@code Effusion} for {@code Pleural Effusion}
 */
public record TableColumns(List<String> tasks, Map<String, String> renamed) {
  /** Every finding by its own name. */
  public static final TableColumns ALL = new TableColumns(null, Map.of());

  /** What tells rows apart, in the order of preference. */
  private static final List<String> IDS =
      List.of(
          "Study", "study_id", "Path", "Image", "Image Index", "image_id", "filename", "id", "");

  /** What else holds no finding, in lower case. */
  private static final Set<String> ATTRIBUTES =
      Set.of(
          ("patient,patient id,patient_id,view,view position,sex,patient gender,age,patient age,"
                  + "frontal/lateral,ap/pa")
              .split(","));

  private static final Pattern PATIENT = Pattern.compile("(?:^|/)(patient[^/]*)/study");

  /** The findings that a file has columns of. */
  public List<String> findings(Path file) {
    return StudyCsv.findings(file, this);
  }

  /** The names, as they count, of the columns that may be findings. */
  List<String> findings(List<String> header) {
    return header.stream()
        .map(column -> renamed.getOrDefault(column, column))
        .filter(name -> mayBeFinding(name.strip()))
        .toList();
  }

  private static boolean mayBeFinding(String name) {
    return !ATTRIBUTES.contains(name.toLowerCase(Locale.ROOT))
        && IDS.stream().noneMatch(name::equalsIgnoreCase);
  }

  /** The findings that are read, by the names that are wanted. */
  List<String> wanted(List<String> header) {
    return tasks == null ? findings(header) : tasks;
  }

  /** The column of a finding. */
  int column(Path file, List<String> header, String task) {
    for (int i = 0; i < header.size(); i++) {
      if (TaskNames.same(renamed.getOrDefault(header.get(i), header.get(i)), task)) {
        return i;
      }
    }
    throw UserErrorException.at(
        file, "there is no column '" + task + "'", "found " + findings(header));
  }

  /** The column that tells rows apart. */
  static int id(Path file, List<String> header) {
    for (String id : IDS) {
      for (int i = 0; i < header.size(); i++) {
        if (header.get(i).strip().equalsIgnoreCase(id)) {
          return i;
        }
      }
    }
    throw UserErrorException.at(
        file, "no column Study among " + header, "columns Study, Patient and the tasks");
  }

  /** The patient that a study of CheXpert's form belongs to; empty if it is of another form. */
  static String patientOf(String study) {
    Matcher matcher = PATIENT.matcher(study);
    return matcher.find() ? matcher.group(1) : "";
  }

  /**
   * The findings that all of some tables have, by the names of the first table.
   *
   * @param found the findings of each table
   */
  public static List<String> common(List<List<String>> found) {
    List<String> common = new ArrayList<>(found.getFirst());
    for (List<String> other : found) {
      common.removeIf(task -> !has(other, task));
    }
    return common;
  }

  /** Whether a finding is among others, however it is spelled. */
  public static boolean has(List<String> names, String task) {
    return names.stream().anyMatch(name -> TaskNames.same(name, task));
  }
}
