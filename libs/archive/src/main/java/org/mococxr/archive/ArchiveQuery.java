package org.mococxr.archive;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.mococxr.foundation.UserErrorException;

/**
 * Which images of an archive are meant.
 *
 * @param modalities for example {@code CR} and {@code DX}
 * @param bodyPart Body Part Examined, for example {@code CHEST}
 * @param from first day of the studies
 * @param to last day of the studies
 */
public record ArchiveQuery(
    List<String> modalities,
    Optional<String> bodyPart,
    Optional<LocalDate> from,
    Optional<LocalDate> to) {
  private static final Set<String> KEYS = Set.of("modality", "bodyPart", "from", "to");

  /** Radiographs of the chest, of any date. */
  public static final ArchiveQuery CHEST =
      new ArchiveQuery(
          List.of("CR", "DX"), Optional.of("CHEST"), Optional.empty(), Optional.empty());

  /** Checks the codes and the order of the dates. */
  public ArchiveQuery {
    modalities = List.copyOf(modalities);
    for (String code : Stream.concat(modalities.stream(), bodyPart.stream()).toList()) {
      if (!code.matches("[A-Z0-9_ ]{1,16}")) {
        throw new UserErrorException(
            "the archive's query",
            "has the code " + code,
            "a code such as CR or CHEST is expected");
      }
    }
    if (modalities.isEmpty()) {
      throw new UserErrorException(
          "the archive's query", "names no modality", "CR, DX or both are expected");
    }
    if (from.isPresent() && to.isPresent() && to.get().isBefore(from.get())) {
      throw new UserErrorException(
          "the archive's query", "ends before it begins", "from must not be after to");
    }
  }

  /**
   * Reads a query's fields: {@code modality} (codes with commas), {@code bodyPart} (empty for any),
   * {@code from} and {@code to} (ISO dates); what is left out is that of {@link #CHEST}.
   */
  public static ArchiveQuery of(Map<String, String> fields) {
    Set<String> unknown = new TreeSet<>(fields.keySet());
    unknown.removeAll(KEYS);
    if (!unknown.isEmpty()) {
      throw new UserErrorException(
          "the archive's query", "has " + unknown, "modality, bodyPart, from and to are expected");
    }
    String modality = fields.getOrDefault("modality", String.join(",", CHEST.modalities()));
    String part = fields.getOrDefault("bodyPart", CHEST.bodyPart().orElseThrow());
    return new ArchiveQuery(
        Stream.of(modality.split(","))
            .map(code -> code.strip().toUpperCase(Locale.ROOT))
            .filter(code -> !code.isEmpty())
            .toList(),
        Optional.of(part.strip().toUpperCase(Locale.ROOT)).filter(code -> !code.isEmpty()),
        date(fields, "from"),
        date(fields, "to"));
  }

  private static Optional<LocalDate> date(Map<String, String> fields, String key) {
    try {
      return Optional.ofNullable(fields.get(key)).map(LocalDate::parse);
    } catch (DateTimeException e) {
      throw new UserErrorException(
          "the archive's query",
          key + " is " + fields.get(key),
          "a date such as 2024-12-31 is expected");
    }
  }

  /** The range of QIDO-RS (PS3.4, C.2.2.2.5), open ends left blank; empty for any date. */
  Optional<String> dates() {
    if (from.isEmpty() && to.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(basic(from) + "-" + basic(to));
  }

  private static String basic(Optional<LocalDate> date) {
    return date.map(DateTimeFormatter.BASIC_ISO_DATE::format).orElse("");
  }
}
