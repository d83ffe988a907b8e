package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.datasets.reading.ColumnNames.Role;
import org.mococxr.datasets.reading.Pictures.Key;
import org.mococxr.foundation.UserErrorException;

/**
 * By which column the rows of a labels file are joined with pictures, and what that column holds.
 * What fits is chosen: by the column's name, otherwise by what its values name. Two columns that
 * name different pictures are the user's to choose from.
 *
 * @param column index in the file
 * @param key what its values are
 */
record TableJoin(int column, Key key) {
  /** The option that decides, as the command line and an experiment know it. */
  static final String OPTION = "give --column image=NAME (data.columns.image in an experiment)";

  /** How well a column fits: rows that name a picture, and pictures that are named. */
  private static final class Fit {
    private final int column;
    private final Key key;
    private final BitSet pictures = new BitSet();
    private final List<List<Integer>> ofRow = new ArrayList<>();
    private long rows;
    private long matched;
    private long named;

    Fit(int column, Key key) {
      this.column = column;
      this.key = key;
    }

    void look(String value, Pictures all) {
      if (value.isEmpty()) {
        ofRow.add(List.of());
        return;
      }
      rows++;
      List<Integer> found = List.of();
      try {
        found = all.find(key, value);
      } catch (RowReader.BadRow e) {
        // Ambiguous in this row: said when the row is read.
      }
      matched += found.isEmpty() ? 0 : 1;
      named += found.size();
      found.forEach(pictures::set);
      ofRow.add(found);
    }

    /** Whether the pictures of some row are neither among nor around those of the other. */
    boolean meansOthers(Fit other) {
      return IntStream.range(0, Math.min(ofRow.size(), other.ofRow.size()))
          .anyMatch(
              row -> {
                List<Integer> own = ofRow.get(row);
                List<Integer> others = other.ofRow.get(row);
                return !own.isEmpty()
                    && !others.isEmpty()
                    && !own.containsAll(others)
                    && !others.containsAll(own);
              });
    }

    /** A column of 0 and 1 names the files 0.dcm and 1.dcm by chance. */
    boolean byChance() {
      return rows > 4 && pictures.cardinality() <= 2;
    }

    double score(Pictures all) {
      if (matched == 0) {
        return 0;
      }
      return Math.max(
          matched / (double) rows, pictures.cardinality() / (double) Math.max(1, all.all().size()));
    }

    boolean contradicts(Fit other) {
      return IntStream.range(0, Math.min(ofRow.size(), other.ofRow.size()))
          .anyMatch(
              row ->
                  ofRow.get(row).size() == 1
                      && other.ofRow.get(row).size() == 1
                      && !ofRow.get(row).equals(other.ofRow.get(row)));
    }
  }

  private static final double ENOUGH = 0.5;

  /**
   * Chooses; empty if no column names pictures.
   *
   * @throws UserErrorException if it is not clear which column is meant
   */
  static Optional<TableJoin> choose(CsvTable table, ColumnNames columns, Pictures pictures) {
    List<Integer> named = columns.all(Role.IMAGE);
    if (pictures.all().isEmpty() || named.size() == 1 && !pictures.anyDicom() && known(columns)) {
      return named.stream().findFirst().map(c -> new TableJoin(c, Key.FILE));
    }
    List<Fit> fits = fits(table, columns, pictures);
    for (int level = 0; level <= Key.FOLDER.level(); level++) {
      for (boolean byName : new boolean[] {true, false}) {
        Optional<TableJoin> found = best(fits, level, byName, columns, pictures);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    // A few of the rows, or none: a column with the right name says which pictures are not there.
    return named.stream()
        .map(c -> new TableJoin(c, Key.FILE))
        .max(
            Comparator.comparingDouble(
                join ->
                    fits.stream()
                        .filter(fit -> fit.column == join.column() && fit.key == Key.FILE)
                        .mapToDouble(fit -> fit.score(pictures))
                        .max()
                        .orElse(0)));
  }

  private static boolean known(ColumnNames columns) {
    String name = ColumnNames.canonical(columns.name(columns.index(Role.IMAGE)));
    return name.equals("image") || name.equals("imageindex") || name.equals("filename");
  }

  private static List<Fit> fits(CsvTable table, ColumnNames columns, Pictures pictures) {
    List<Fit> fits = new ArrayList<>();
    for (int column = 0; column < columns.header().columns().size(); column++) {
      if (mayName(column, columns)) {
        for (Key key : columns.told(column) == null ? Key.values() : keys(columns.told(column))) {
          boolean ofHeader = key != Key.FILE && key != Key.FOLDER;
          if (!ofHeader || pictures.anyDicom()) {
            fits.add(new Fit(column, key));
          }
        }
      }
    }
    table.scan(row -> fits.forEach(f -> f.look(row.get(f.column), pictures)));
    return fits;
  }

  /** What a column holds that the user gave a meaning. */
  private static Key[] keys(Role told) {
    return Arrays.stream(Key.values())
        .filter(
            key ->
                switch (told) {
                  case STUDY -> key.level() == 1 || key == Key.FOLDER;
                  case PATIENT -> key.level() == 2;
                  default -> true;
                })
        .toArray(Key[]::new);
  }

  private static boolean mayName(int column, ColumnNames columns) {
    return List.of(Role.SEX, Role.AGE, Role.PROJECTION, Role.PART, Role.READER).stream()
        .noneMatch(role -> columns.all(role).contains(column));
  }

  private static Optional<TableJoin> best(
      List<Fit> fits, int level, boolean byName, ColumnNames columns, Pictures pictures) {
    List<Fit> good =
        fits.stream()
            .filter(fit -> fit.key.level() == level)
            .filter(fit -> fits(fit, byName, columns))
            .filter(fit -> fit.score(pictures) >= ENOUGH && (byName || !fit.byChance()))
            .sorted(
                Comparator.<Fit>comparingDouble(fit -> -fit.score(pictures))
                    .thenComparing(fit -> fit.key)
                    // A study rather than its patient.
                    .thenComparing(fit -> fit.named))
            .toList();
    if (good.isEmpty()) {
      return Optional.empty();
    }
    Fit best = good.get(0);
    if (!byName) {
      requireOneMeaning(best, fits, columns, pictures);
    }
    for (Fit other : good) {
      if (other.column != best.column && best.contradicts(other)) {
        throw UserErrorException.at(
            columns.header().file(),
            1,
            "the columns '%s' (%s) and '%s' (%s) name different pictures"
                .formatted(
                    columns.name(best.column),
                    best.key.text(),
                    columns.name(other.column),
                    other.key.text()),
            OPTION);
      }
    }
    return Optional.of(new TableJoin(best.column, best.key));
  }

  /** Values that are file names and patients' numbers both say nothing by themselves. */
  private static void requireOneMeaning(
      Fit best, List<Fit> fits, ColumnNames columns, Pictures pictures) {
    for (Fit other : fits) {
      if (other.column == best.column
          && other.key != best.key
          && other.score(pictures) >= ENOUGH
          && best.meansOthers(other)) {
        String name = columns.name(best.column);
        throw UserErrorException.at(
            columns.header().file(),
            1,
            "the values of the column '%s' are those of %s and those of %s, of different pictures"
                .formatted(name, best.key.text(), other.key.text()),
            "give --column image=%1$s if they name images, --column study=%1$s for studies or"
                    .formatted(name)
                + " --column patient=%s for patients (data.columns)".formatted(name));
      }
    }
  }

  /** The wanted columns of a level: those with the name for it, or all others. */
  private static boolean fits(Fit fit, boolean byName, ColumnNames columns) {
    List<Role> roles =
        switch (fit.key.level()) {
          case 0 -> List.of(Role.IMAGE);
          case 1 -> List.of(Role.STUDY);
          default -> List.of(Role.PATIENT, Role.STUDY);
        };
    return roles.stream().anyMatch(role -> columns.all(role).contains(fit.column)) == byName
        // What a folder's name says is taken from columns that may well hold it only.
        && (fit.key != Key.FOLDER || byName || columns.all(Role.IMAGE).contains(fit.column));
  }
}
