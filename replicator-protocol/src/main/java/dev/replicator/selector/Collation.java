package dev.replicator.selector;

import com.ibm.icu.text.Collator;
import com.ibm.icu.util.ULocale;
import java.util.Comparator;
import java.util.Iterator;
import java.util.Map;

/**
 * CouchDB's order of JSON values: null, false, true, numbers by value, strings, arrays element by element, objects
 * member by member in the order of their text ({@code couch_ejson_compare.c}). Strings are ordered as the instance
 * says. Thread-safe. Values that are compared with a selector's are no deeper than the selector, so recursion is
 * bounded.
 */
final class Collation implements Comparator<Json> {
    /** Strings by their UTF-8 bytes: for equality, and for ids. */
    static final Collation EXACT = new Collation(Collation::compareCodePoints);

    private static final Collator ROOT = Collator.getInstance(ULocale.ROOT).freeze();

    private final Comparator<? super String> strings;

    private Collation(Comparator<? super String> strings) {
        this.strings = strings;
    }

    /** Strings by ICU's root collation. A frozen collator takes a lock: each selector has one of its own. */
    static Collation icu() {
        Collator own = ROOT.cloneAsThawed().freeze();
        return new Collation(own::compare);
    }

    /** Whether two values are the same, whatever the form of their numbers. */
    static boolean equal(Json a, Json b) {
        return EXACT.compare(a, b) == 0;
    }

    @Override
    public int compare(Json a, Json b) {
        if (a.rank() != b.rank()) {
            return Integer.compare(a.rank(), b.rank());
        }
        return switch (a) {
            case Json.Text text -> strings.compare(text.value(), ((Json.Text) b).value());
            case Json.Num number -> compareNumbers(number, (Json.Num) b);
            case Json.Arr array -> compareArrays(array, (Json.Arr) b);
            case Json.Obj object -> compareObjects(object, (Json.Obj) b);
            case Json.Literal _, Json.Absent _ -> 0;
        };
    }

    private static int compareNumbers(Json.Num a, Json.Num b) {
        if (a instanceof Json.Whole(long x) && b instanceof Json.Whole(long y)) {
            return Long.compare(x, y);
        }
        return a.exact().compareTo(b.exact());
    }

    private int compareArrays(Json.Arr a, Json.Arr b) {
        Iterator<Json> left = a.elements().iterator();
        Iterator<Json> right = b.elements().iterator();
        while (left.hasNext() && right.hasNext()) {
            int order = compare(left.next(), right.next());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    private int compareObjects(Json.Obj a, Json.Obj b) {
        Iterator<Map.Entry<String, Json>> left = a.members().entrySet().iterator();
        Iterator<Map.Entry<String, Json>> right = b.members().entrySet().iterator();
        while (left.hasNext() && right.hasNext()) {
            Map.Entry<String, Json> x = left.next();
            Map.Entry<String, Json> y = right.next();
            int names = strings.compare(x.getKey(), y.getKey());
            int order = names != 0 ? names : compare(x.getValue(), y.getValue());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(left.hasNext(), right.hasNext());
    }

    private static int compareCodePoints(String a, String b) {
        int common = Math.min(a.length(), b.length());
        for (int i = 0; i < common; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                // Only surrogates stand elsewhere in UTF-16 than in UTF-8: above all other characters, not below some.
                boolean aboveX = Character.isSurrogate(x);
                boolean aboveY = Character.isSurrogate(y);
                return aboveX == aboveY ? Character.compare(x, y) : Boolean.compare(aboveX, aboveY);
            }
        }
        return Integer.compare(a.length(), b.length());
    }
}
