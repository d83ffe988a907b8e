package org.mococxr.trainer.run;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.DocTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.ParamTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The Javadoc of the project's records, read from their sources: one text, said in one place. */
final class SourceDocs {
  private static final Map<Class<?>, Doc> READ = new ConcurrentHashMap<>();

  private SourceDocs() {}

  /** What a class's comment says: its first sentences, and {@code @param} by name. */
  record Doc(String text, Map<String, String> parameters) {}

  /** Of a class of this project; empty where there is no comment. */
  static Doc of(Class<?> type) {
    return READ.computeIfAbsent(type, SourceDocs::read);
  }

  private static Doc read(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    String name = outer.getName().replace('.', '/') + ".java";
    try (Stream<Path> modules =
            Stream.of("libs", "services").flatMap(part -> children(Path.of("../..", part)));
        StandardJavaFileManager files =
            ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null)) {
      Path source =
          modules
              .map(module -> module.resolve("src/main/java").resolve(name))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("there is no source of " + type));
      JavacTask task =
          (JavacTask)
              ToolProvider.getSystemJavaCompiler()
                  .getTask(null, files, null, null, null, files.getJavaFileObjects(source));
      DocTrees docs = DocTrees.instance(task);
      Map<String, Doc> found = new HashMap<>();
      new TreePathScanner<Void, Void>() {
        @Override
        public Void visitClass(ClassTree tree, Void nothing) {
          DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
          found.put(nested(getCurrentPath()), comment == null ? none() : doc(comment));
          return super.visitClass(tree, nothing);
        }
      }.scan(task.parse(), null);
      return found.getOrDefault(
          type.getName().substring(outer.getPackageName().length() + 1), none());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Path> children(Path folder) {
    try {
      return Files.list(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Doc none() {
    return new Doc("", Map.of());
  }

  /** The binary name without its package: {@code Outer$Inner}. */
  private static String nested(TreePath path) {
    String name = ((ClassTree) path.getLeaf()).getSimpleName().toString();
    return path.getParentPath().getLeaf() instanceof ClassTree
        ? nested(path.getParentPath()) + "$" + name
        : name;
  }

  private static Doc doc(DocCommentTree comment) {
    Map<String, String> parameters = new HashMap<>();
    for (DocTree tag : comment.getBlockTags()) {
      if (tag instanceof ParamTree parameter && !parameter.isTypeParameter()) {
        parameters.put(parameter.getName().getName().toString(), text(parameter.getDescription()));
      }
    }
    return new Doc(text(comment.getFullBody()), parameters);
  }

  private static String text(List<? extends DocTree> trees) {
    return trees.stream()
        .map(
            tree ->
                switch (tree) {
                  case TextTree text -> text.getBody();
                  case LiteralTree literal -> literal.getBody().getBody();
                  case LinkTree link -> link.getReference().getSignature().replace('#', '.');
                  default -> tree.toString();
                })
        .collect(Collectors.joining())
        .replaceAll("\\s+", " ")
        .strip();
  }
}
