package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.ColumnNames.Role;
import org.mococxr.foundation.UserErrorException;

/** The columns of a table that tell patients, where there are several. */
final class PatientColumns {
  private PatientColumns() {}

  /** Those that hold identifiers. Names do not count beside them: two people may have one. */
  static List<Integer> identifiers(ColumnNames columns) {
    return columns.all(Role.PATIENT).stream()
        .filter(c -> !ColumnNames.canonical(columns.name(c)).endsWith("name"))
        .toList();
  }

  /**
   * Two columns must tell the same patients apart.
   *
   * @throws UserErrorException if the user must choose
   */
  static void requireOneAnswer(CsvTable table, ColumnNames columns) {
    List<Integer> own = identifiers(columns);
    List<Integer> all = own.isEmpty() ? columns.all(Role.PATIENT) : own;
    if (all.size() < 2) {
      return;
    }
    List<Map<String, String>> pairs = new ArrayList<>();
    boolean[] same = {true};
    for (int i = 0; i < 2 * (all.size() - 1); i++) {
      pairs.add(new HashMap<>());
    }
    Map<String, String> plain = new HashMap<>();
    table.scan(
        row -> {
          String first = plain.computeIfAbsent(row.get(all.get(0)), PatientNames::plain);
          for (int i = 1; i < all.size(); i++) {
            String other = plain.computeIfAbsent(row.get(all.get(i)), PatientNames::plain);
            if (!PatientNames.isNobody(first) && !PatientNames.isNobody(other)) {
              same[0] &= other.equals(known(pairs.get(2 * i - 2), first, other));
              same[0] &= first.equals(known(pairs.get(2 * i - 1), other, first));
            }
          }
        });
    if (!same[0]) {
      throw UserErrorException.at(
          table.file(),
          1,
          "the columns %s tell different patients apart"
              .formatted(
                  all.stream()
                      .map(c -> "'" + columns.name(c) + "'")
                      .collect(Collectors.joining(" and "))),
          "give --column patient=NAME (data.columns.patient in an experiment)");
    }
  }

  /**
   * Columns whose values repeat from row to row, as patients' do.
   *
   * @param candidates columns without a known meaning
   */
  static List<String> perhaps(CsvTable table, ColumnNames columns, List<Integer> candidates) {
    Map<Integer, Set<String>> values = new LinkedHashMap<>();
    candidates.forEach(column -> values.put(column, new HashSet<>()));
    long[] rows = {0};
    table.scan(
        row -> {
          rows[0]++;
          values.forEach((column, seen) -> seen.add(row.get(column)));
        });
    List<String> names = new ArrayList<>();
    values.forEach(
        (column, seen) -> {
          if (seen.size() >= 3 && seen.size() * 20L >= rows[0] && seen.size() < rows[0]) {
            names.add(columns.name(column));
          }
        });
    return names;
  }

  private static String known(Map<String, String> pairs, String key, String value) {
    String known = pairs.putIfAbsent(key, value);
    return known == null ? value : known;
  }
}
