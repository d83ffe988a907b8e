package org.mococxr.datasets.reading;

import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Label;

/** What the rows of a labels file say of one picture, together. */
final class PictureRow {
  private final String path;
  private final long line;
  private final String named;
  private final LabelVotes votes;
  private String patient = "";
  private String study = "";
  private String view = "";
  private String part = "";
  private Attributes attributes = Attributes.UNKNOWN;
  private int rows;

  /**
   * @param named how the row names the picture, in a form that compares equal
   */
  PictureRow(String path, long line, String named, int tasks) {
    this.path = path;
    this.line = line;
    this.named = named;
    this.votes = new LabelVotes(tasks);
  }

  /** One row. */
  record Said(
      String named,
      String patient,
      String study,
      String view,
      String part,
      Attributes attributes,
      String reader,
      Label[] labels) {}

  /** Adds a row; what it says of the person must not contradict what another says. */
  void add(Said said) throws RowReader.BadRow {
    if (!said.named().equals(named)) {
      throw new RowReader.BadRow(
          "the picture %s is named otherwise in line %d: are these two pictures?"
              .formatted(path, line));
    }
    if (patient.isEmpty() || !PatientNames.areOne(patient, said.patient())) {
      patient = same("patient", patient, said.patient());
    }
    part = same("part", part, said.part());
    study = study.isEmpty() ? said.study() : study;
    view = view.isEmpty() ? said.view() : view;
    attributes = attributes.or(said.attributes());
    votes.add(said.reader(), said.labels());
    rows++;
  }

  private String same(String what, String known, String said) throws RowReader.BadRow {
    if (!known.isEmpty() && !said.isEmpty() && !known.equals(said)) {
      throw new RowReader.BadRow(
          "the picture %s has the %s '%s' here and '%s' in line %d"
              .formatted(path, what, RowReader.clip(said), RowReader.clip(known), line));
    }
    return known.isEmpty() ? said : known;
  }

  String patient() {
    return patient;
  }

  String study() {
    return study;
  }

  String view() {
    return view;
  }

  String part() {
    return part;
  }

  Attributes attributes() {
    return attributes;
  }

  LabelVotes votes() {
    return votes;
  }

  int rows() {
    return rows;
  }
}
