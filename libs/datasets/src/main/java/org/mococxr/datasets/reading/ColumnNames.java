package org.mococxr.datasets.reading;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.mococxr.datasets.csv.CsvTable;
import org.mococxr.foundation.UserErrorException;

/**
 * What the columns of a labels file mean, by configuration or by the names that hospitals,
 * spreadsheets and published data sets use. Case, blanks and punctuation do not matter.
 */
final class ColumnNames {
  /** What a column tells of an image; the key is its name in {@code data.columns}. */
  enum Role {
    IMAGE(
        "image images imageindex imageid imagename imagepath imagefile imagefilename imageuid"
            + " imginstanceuid img imgid imgname imgpath imgfile filename file filepath fname path"
            + " picture pic photo xray xrayid scan scanid radiograph dicom dicomid dicomname"
            + " dicompath dicomfile sopinstanceuid sopuid instanceuid imageinstanceuid jpgpath"
            + " pngpath bild bildname datei dateiname"),
    PATIENT(""),
    STUDY(
        "study studyid studyuid studyinstanceuid studynumber studyno followup accession"
            + " accessionnumber accessionno accessionid exam examid examination examinationid visit"
            + " visitid encounter encounterid session sessionid"),
    VIEW("viewid viewname"),
    SEX("sex gender patientgender patientsex sexdicom patientsexdicom geschlecht"),
    AGE("age patientage ageyears ageinyears ageatstudy patientageyears anchorage agedicom alter"),
    PROJECTION(
        "projection view viewposition viewpositiondicom viewpoint appa frontallateral orientation"),
    PART("split subset partition part set fold"),
    /** A list of findings, where it is not recognised. */
    LABELS("-"),
    READER(
        "reader readerid rad radid radiologist radiologistid annotator annotatorid rater raterid"
            + " observer observerid");

    private final Set<String> names;

    Role(String names) {
      this.names = FolderNames.words(names);
    }

    String key() {
      return name().toLowerCase(Locale.ROOT);
    }

    boolean means(String canonical) {
      return this == PATIENT
          ? PATIENT_NAME.matcher(canonical).matches()
          : names.contains(canonical);
    }
  }

  private static final String WHO =
      "(deid|anon|anonymi[sz]ed|pseudo|the|study)?"
          + "(patient|patienten|pat|pt|subject|subj|participant|person|proband|individual)";

  private static final Pattern PATIENT_NAME =
      Pattern.compile(
          "pid|mrn|"
              + WHO
              + "(s)?(id|ids|no|nr|num|number|nummer|key|code|uid|uuid|identifier|idx|index|hash"
              + "|pseudonym|name)?");

  private final CsvTable.Header header;
  private final Map<Role, List<Integer>> columns = new LinkedHashMap<>();
  private final Map<Integer, Role> told = new HashMap<>();

  /**
   * @param configured key of a role to the name of its column
   */
  ColumnNames(CsvTable.Header header, Map<String, String> configured) {
    this.header = header;
    for (String key : configured.keySet()) {
      if (Arrays.stream(Role.values()).noneMatch(role -> role.key().equals(key))) {
        throw new UserErrorException(
            "data.columns",
            "there is no '" + key + "'",
            "expected some of " + Arrays.stream(Role.values()).map(Role::key).toList());
      }
    }
    for (Role role : Role.values()) {
      String own = configured.get(role.key());
      columns.put(role, own == null ? named(role) : List.of(header.require(own)));
      if (own != null) {
        told.put(header.require(own), role);
      }
    }
    // What the user gave a meaning has no other by its name.
    configured.forEach(
        (key, name) ->
            columns.forEach(
                (role, found) -> {
                  if (!role.key().equals(key) && !configured.containsKey(role.key())) {
                    found.remove((Integer) header.require(name));
                  }
                }));
  }

  private List<Integer> named(Role role) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < header.columns().size(); i++) {
      if (role.means(canonical(header.columns().get(i)))) {
        found.add(i);
      }
    }
    return found;
  }

  /** A name without case, accents, blanks and punctuation. */
  static String canonical(String name) {
    String plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
    return plain.replaceAll("[^\\p{L}\\p{N}]+", "");
  }

  /** The role that the user gave a column; {@code null} if none. */
  Role told(int column) {
    return told.get(column);
  }

  CsvTable.Header header() {
    return header;
  }

  String name(int column) {
    return header.columns().get(column);
  }

  /** The columns of a role, in the file's order. */
  List<Integer> all(Role role) {
    return columns.get(role);
  }

  OptionalInt first(Role role) {
    return columns.get(role).stream().mapToInt(Integer::intValue).findFirst();
  }

  /** As {@link #first}, or -1, of which every row's field is blank. */
  int index(Role role) {
    return first(role).orElse(-1);
  }

  /** Columns without a role: they may hold labels, or name images in a way of their own. */
  List<Integer> others() {
    List<Integer> others = new ArrayList<>();
    for (int i = 0; i < header.columns().size(); i++) {
      String name = header.columns().get(i).toLowerCase(Locale.ROOT);
      // Columns about the original of a converted image are no findings, even if they hold 0 and 1;
      // an index that was written by pandas has no name of its own.
      boolean about = name.isEmpty() || name.startsWith("original") || name.startsWith("unnamed:");
      int column = i;
      if (!about && columns.values().stream().noneMatch(found -> found.contains(column))) {
        others.add(i);
      }
    }
    return others;
  }
}
