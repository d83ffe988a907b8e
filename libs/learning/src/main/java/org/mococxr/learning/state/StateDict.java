package org.mococxr.learning.state;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.mococxr.foundation.Digests;

/** An ordered map from parameter names (torchvision's) to tensors. Immutable. */
public final class StateDict {
  private final Map<String, Tensor> tensors;

  private StateDict(Map<String, Tensor> tensors) {
    this.tensors = Collections.unmodifiableMap(tensors);
  }

  /** A copy of the map, in its iteration order. */
  public static StateDict of(Map<String, Tensor> tensors) {
    return new StateDict(new LinkedHashMap<>(tensors));
  }

  /** The names, in order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  /** The tensor of a name that must be there. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new NoSuchElementException("no tensor named " + name);
    }
    return tensor;
  }

  /** An unmodifiable view, in order. */
  public Map<String, Tensor> asMap() {
    return tensors;
  }

  public int size() {
    return tensors.size();
  }

  /** The entries whose names pass, renamed; order kept. */
  public StateDict select(Predicate<String> keep, UnaryOperator<String> rename) {
    Map<String, Tensor> out = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (keep.test(name)) {
            out.put(rename.apply(name), tensor);
          }
        });
    return new StateDict(out);
  }

  /** The entries under {@code prefix}, with the prefix taken off; order kept. */
  public StateDict under(String prefix) {
    return select(n -> n.startsWith(prefix), n -> n.substring(prefix.length()));
  }

  /** SHA-256 over names, types, shapes and bytes, in name order: the identity of an encoder. */
  public String digest() {
    MessageDigest sha = Digests.sha256();
    new TreeMap<>(tensors)
        .forEach(
            (name, tensor) -> {
              sha.update((name + '\n' + tensor + '\n').getBytes(StandardCharsets.UTF_8));
              sha.update(tensor.data());
            });
    return HexFormat.of().formatHex(sha.digest());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StateDict s
        && s.tensors.equals(tensors)
        && s.names().stream().toList().equals(names().stream().toList());
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }
}
