package org.mococxr.datasets.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.mococxr.datasets.Attributes;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.reading.Pictures.Picture;
import org.mococxr.foundation.UserErrorException;
import org.mococxr.specs.data.DataSource;

/**
 * A folder for each class with its images: see {@link ClassFolders}. Every class is a task, and an
 * image is negative for all but its own.
 */
final class ClassFoldersReader {
  /** Kermany's names: {@code person1_bacteria_2.jpeg}, {@code NORMAL2-IM-0173-0001-0002.jpeg}. */
  private static final Pattern KERMANY =
      Pattern.compile("(person\\d+)_(?:virus|bacteria)_\\d+|(?:NORMAL\\d?-)?(IM-\\d+)-.*");

  private final DataSource source;
  private final Pictures pictures;

  ClassFoldersReader(DataSource source, Pictures pictures) {
    this.source = source;
    this.pictures = pictures;
  }

  /** Reads the folders. */
  Datasets.Parts read() {
    Map<String, Picture> byPath = new LinkedHashMap<>();
    pictures.all().forEach(picture -> byPath.put(picture.path(), picture));
    ClassFolders folders =
        ClassFolders.of(List.copyOf(byPath.keySet()), true)
            .orElseThrow(
                () ->
                    UserErrorException.at(
                        source.rootPath(),
                        "has no class folders",
                        "expected two or more folders of images, each named for its class"));
    Labels.Tasks tasks = new Labels.Tasks(folders.classes());
    PatientSource patients = patients(folders);
    Naming naming = new Naming(patients, source, pictures);
    List<Rejected> rejected = new ArrayList<>(pictures.rejected());
    List<String> notes = new ArrayList<>();
    strays(folders, rejected, notes);
    Map<String, List<ImageRecord>> parts = new HashMap<>();
    Map<String, ClassFolders.Placed> places = new HashMap<>();
    folders.images().forEach(placed -> places.put(placed.path(), placed));
    Map<String, String> links = pictures.links();
    int left = 0;
    for (ClassFolders.Placed placed : folders.images()) {
      ClassFolders.Placed same = places.get(links.get(placed.path()));
      try {
        if (same != null) {
          requireSamePlace(placed, same);
          left++;
          continue;
        }
        parts
            .computeIfAbsent(placed.part(), k -> new ArrayList<>())
            .add(
                naming.record(
                    byPath.get(placed.path()),
                    Optional.empty(),
                    labels(tasks, placed.classIndex()),
                    Attributes.UNKNOWN));
      } catch (RowReader.BadRow e) {
        rejected.add(new Rejected(placed.path(), 0, e.getMessage()));
      }
    }
    if (left > 0) {
      notes.add("left out: %,d links to other pictures of their class".formatted(left));
    }
    if (!parts.containsKey("train")) {
      throw UserErrorException.at(source.rootPath(), "has no train folder", "expected one");
    }
    Map<String, Dataset> datasets =
        Datasets.inOrder(parts, source.rootPath(), tasks.names(), rejected);
    notes.addAll(naming.notes());
    if (!patients.known()) {
      notes.add(
          PatientSource.hint(folders.images().stream().map(ClassFolders.Placed::path).toList()));
    }
    Reading reading =
        new Reading(
            source.format().text(),
            "class folders " + String.join(", ", folders.classes()),
            Map.of(),
            "",
            patients.words(),
            patients.known(),
            notes);
    return new Datasets.Parts(source, datasets, List.of(), reading);
  }

  private static void requireSamePlace(ClassFolders.Placed link, ClassFolders.Placed picture)
      throws RowReader.BadRow {
    boolean samePart = link.part().equals(picture.part());
    if (!samePart || link.classIndex() != picture.classIndex()) {
      throw new RowReader.BadRow(
          "links to %s, which is in another %s"
              .formatted(picture.path(), samePart ? "class" : "part"));
    }
  }

  private PatientSource patients(ClassFolders folders) {
    if (source.patientPattern() == null
        && folders.images().stream()
            .filter(placed -> placed.classIndex() >= 0)
            .allMatch(placed -> kermany(placed.path()).isPresent())) {
      Map<String, String> parts = new HashMap<>();
      folders.images().forEach(placed -> parts.put(placed.path(), placed.part()));
      // Each part counts its persons from 1.
      return new PatientSource(
          PatientSource.Kind.FOLDERS,
          "file names such as person1_bacteria_2, per part",
          picture ->
              kermany(picture.path()).map(p -> parts.getOrDefault(picture.path(), "") + "-" + p));
    }
    return PatientSource.of(source, pictures, Optional.empty(), false, 0);
  }

  private static Optional<String> kermany(String path) {
    Matcher matcher = KERMANY.matcher(ImageFiles.stem(ImageFiles.name(path)));
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(matcher.group(1) != null ? matcher.group(1) : matcher.group(2));
  }

  private void strays(ClassFolders folders, List<Rejected> rejected, List<String> notes) {
    notes.addAll(pictures.notes());
    if (!pictures.masks().isEmpty()) {
      notes.add(
          "left out: %,d masks and other pictures made from X-rays are not X-rays (%s)"
              .formatted(pictures.masks().size(), pictures.masks().get(0)));
    }
    folders
        .strays()
        .forEach(
            (stray, images) -> {
              if (pictures.all().stream().anyMatch(picture -> picture.path().equals(stray))) {
                rejected.add(new Rejected(stray, 0, "is in no class folder"));
              } else {
                notes.add(
                    "left out: the folder '%s' with %,d images names no class"
                        .formatted(stray, images));
              }
            });
    long unlabelled = folders.images().stream().filter(p -> p.classIndex() < 0).count();
    if (unlabelled > 0) {
      notes.add(
          "%,d images in a folder of unlabelled ones serve pretraining".formatted(unlabelled));
    }
  }

  private static Labels labels(Labels.Tasks tasks, int positive) {
    Label[] labels = new Label[tasks.names().size()];
    Arrays.fill(labels, positive < 0 ? Label.MISSING : Label.NEGATIVE);
    if (positive >= 0) {
      labels[positive] = Label.POSITIVE;
    }
    return tasks.of(labels);
  }
}
