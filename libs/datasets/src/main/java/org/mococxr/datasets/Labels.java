package org.mococxr.datasets;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

/**
 * The labels of one image as an unmodifiable map from task to label, in the data set's order of
 * tasks. A byte a task: CheXpert has three million labels.
 */
public final class Labels extends AbstractMap<String, Label> {
  private static final Label[] VALUES = Label.values();

  /** The tasks of a data set, shared by the labels of all its images. */
  public static final class Tasks {
    private final List<String> names;
    private final Map<String, Integer> indices = new LinkedHashMap<>();

    /**
     * @param names distinct
     */
    public Tasks(List<String> names) {
      this.names = List.copyOf(names);
      for (String name : names) {
        if (indices.put(name, indices.size()) != null) {
          throw new IllegalArgumentException("task twice: " + name);
        }
      }
    }

    /** In order. */
    public List<String> names() {
      return names;
    }

    /** The labels of one image, in this order of tasks. */
    public Labels of(Label... labels) {
      if (labels.length != names.size()) {
        throw new IllegalArgumentException(labels.length + " labels for " + names);
      }
      byte[] ordinals = new byte[labels.length];
      for (int i = 0; i < labels.length; i++) {
        ordinals[i] = (byte) labels[i].ordinal();
      }
      return new Labels(this, ordinals);
    }
  }

  private final Tasks tasks;
  private final byte[] ordinals;

  private Labels(Tasks tasks, byte[] ordinals) {
    this.tasks = tasks;
    this.ordinals = ordinals;
  }

  @Override
  public Label get(Object task) {
    Integer index = tasks.indices.get(task);
    return index == null ? null : VALUES[ordinals[index]];
  }

  @Override
  public boolean containsKey(Object task) {
    return tasks.indices.containsKey(task);
  }

  /** Whether any label is known. */
  boolean any() {
    for (byte ordinal : ordinals) {
      if (ordinal != Label.MISSING.ordinal()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Set<Entry<String, Label>> entrySet() {
    return new AbstractSet<>() {
      @Override
      public Iterator<Entry<String, Label>> iterator() {
        return new Iterator<>() {
          private int next;

          @Override
          public boolean hasNext() {
            return next < ordinals.length;
          }

          @Override
          public Entry<String, Label> next() {
            if (!hasNext()) {
              throw new NoSuchElementException();
            }
            Entry<String, Label> entry = Map.entry(tasks.names.get(next), VALUES[ordinals[next]]);
            next++;
            return entry;
          }
        };
      }

      @Override
      public int size() {
        return ordinals.length;
      }
    };
  }
}
