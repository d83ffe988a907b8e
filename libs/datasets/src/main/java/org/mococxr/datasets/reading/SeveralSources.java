package org.mococxr.datasets.reading;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.mococxr.datasets.Dataset;
import org.mococxr.datasets.ImageRecord;
import org.mococxr.datasets.Label;
import org.mococxr.datasets.Labels;
import org.mococxr.datasets.Reading;
import org.mococxr.datasets.Rejected;
import org.mococxr.datasets.Vocabulary;
import org.mococxr.foundation.Progress;
import org.mococxr.specs.data.DataSource;

/**
 * Several data sets as one. Paths are relative to the folder that holds them all; patients are
 * named by their data set first, so that {@code 17} of one is never {@code 17} of another; findings
 * are named by the {@link Vocabulary}. A file that is in two data sets counts once, and its
 * patients are one: otherwise a picture could be in training and in test.
 */
final class SeveralSources {
  private record Read(DataSource source, Datasets.Parts parts) {
    String name() {
      return source.ownName();
    }

    Path root() {
      return parts.train().root().toAbsolutePath().normalize();
    }
  }

  private final DataSource source;
  private final List<Read> all = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final Path root;
  private final Labels.Tasks tasks;

  /** A finding of one of them to what it is called here, found once and not for every image. */
  private final Map<String, Optional<String>> called = new HashMap<>();

  private SeveralSources(DataSource source, List<String> wanted, Progress progress) {
    this.source = source;
    for (DataSource one : source.each()) {
      all.add(new Read(one, Datasets.readParts(one, wanted, progress)));
    }
    Path common = all.get(0).root();
    for (Read read : all) {
      while (!read.root().startsWith(common)) {
        common = common.getParent();
      }
    }
    this.root = common;
    Set<String> names = new LinkedHashSet<>();
    all.stream()
        .filter(read -> !read.source().unlabelled())
        .flatMap(read -> read.parts().train().tasks().stream())
        .map(SeveralSources::named)
        .forEach(name -> addOnce(names, name));
    this.tasks = new Labels.Tasks(List.copyOf(names));
  }

  static Datasets.Parts read(DataSource source, List<String> wanted, Progress progress) {
    return new SeveralSources(source, wanted, progress).joined(progress);
  }

  private static String named(String task) {
    return Vocabulary.name(task).orElse(task);
  }

  private static void addOnce(Set<String> names, String name) {
    if (names.stream().noneMatch(known -> Dataset.sameTask(known, name))) {
      names.add(name);
    }
  }

  private Datasets.Parts joined(Progress progress) {
    Map<String, List<ImageRecord>> images = new LinkedHashMap<>();
    Map<String, Datasets.Share> shares = new HashMap<>();
    List<Rejected> rejected = new ArrayList<>();
    List<SameFiles.Listed> files = new ArrayList<>();
    for (Read read : all) {
      Datasets.Share share =
          new Datasets.Share(read.name(), read.source().weight(), read.source().unlabelled());
      read.parts()
          .parts()
          .forEach(
              (part, dataset) -> {
                rejected.addAll(dataset.rejected());
                if (read.source().unlabelled() && !part.equals("train")) {
                  notes.add(
                      "%s: its official %s part of %,d images is not used"
                          .formatted(read.name(), part, dataset.size()));
                  return;
                }
                for (ImageRecord image : dataset.images()) {
                  ImageRecord own = own(read, image);
                  images.computeIfAbsent(part, k -> new ArrayList<>()).add(own);
                  shares.put(own.path(), share);
                  files.add(new SameFiles.Listed(read.name(), own.path(), own.patient()));
                }
              });
    }
    SameFiles same = SameFiles.among(files, root, progress);
    same.note().ifPresent(notes::add);
    images.replaceAll(
        (part, all) ->
            all.stream()
                .filter(image -> !same.isCopy(image.path()))
                .map(image -> image.ofPatient(same.patient(image.patient())))
                .toList());
    Map<String, Dataset> parts = Datasets.inOrder(images, root, tasks.names(), rejected);
    List<Path> inputs = all.stream().flatMap(read -> read.parts().inputs().stream()).toList();
    return new Datasets.Parts(source, parts, inputs, reading(), shares);
  }

  private ImageRecord own(Read read, ImageRecord image) {
    String path = ImageFiles.relative(root, read.root().resolve(image.path()).normalize());
    return new ImageRecord(
        path,
        read.name() + "." + image.patient(),
        image.study(),
        image.view(),
        labels(read, image),
        image.attributes());
  }

  private Labels labels(Read read, ImageRecord image) {
    Map<String, Label> found = new HashMap<>();
    if (!read.source().unlabelled()) {
      image
          .labels()
          .forEach(
              (task, label) ->
                  called
                      .computeIfAbsent(task, this::called)
                      .ifPresent(name -> found.merge(name, label, LabelVotes::stronger)));
    }
    return RowReader.labels(tasks, found);
  }

  private Optional<String> called(String task) {
    String own = named(task);
    return tasks.names().stream().filter(name -> Dataset.sameTask(name, own)).findFirst();
  }

  private Reading reading() {
    List<String> all = new ArrayList<>();
    for (Read read : this.all) {
      Reading one = read.parts().reading();
      all.add(
          "%s: %,d images of %,d patients%s"
              .formatted(
                  read.name(),
                  read.parts().parts().values().stream().mapToInt(Dataset::size).sum(),
                  read.parts().parts().values().stream().mapToInt(d -> d.patients().size()).sum(),
                  read.source().unlabelled()
                      ? ", labels not used"
                      : ", labels from " + one.labels()));
      all.add(read.name() + ": patients from " + one.patients());
      one.notes().forEach(note -> all.add(read.name() + ": " + note));
      if (read.source().weight() != 1) {
        all.add("%s: weight %s in pretraining".formatted(read.name(), read.source().weight()));
      }
    }
    all.addAll(notes);
    return new Reading(
        this.all.stream()
            .map(read -> "%s (%s)".formatted(read.name(), read.parts().source().format().text()))
            .collect(Collectors.joining(", ")),
        "each data set's, joined by finding",
        Map.of(),
        "",
        "each data set's own, beginning with its name",
        this.all.stream().allMatch(read -> read.parts().reading().patientsKnown()),
        all);
  }
}
