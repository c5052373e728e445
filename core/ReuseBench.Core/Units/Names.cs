using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ReuseBench.Core.Units;

/// <summary>
/// The one spelling of an enumeration's members in options, YAML, CSV and JSON: kebab-case (<c>EpollExclusive</c> is
/// <c>epoll-exclusive</c>). For enumerations over <see cref="int"/> whose members count up from 0.
/// </summary>
/// <remarks>
/// A member is the index of its text. Dictionaries keyed by the enumerations cost 28 compiled methods each, 330 of the 640 that a child
/// process compiled before it did anything.
/// </remarks>
public static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Texts[Unsafe.BitCast<T, int>(value)];

    public static IReadOnlyList<string> All<T>()
        where T : struct, Enum => Table<T>.Texts;

    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum
    {
        int index = Array.IndexOf(Table<T>.Texts, text);
        value = Unsafe.BitCast<int, T>(Math.Max(0, index));
        return index >= 0;
    }

    /// <exception cref="UsageException">The text names no member; the message lists those there are.</exception>
    public static T Parse<T>(string text, string what)
        where T : struct, Enum =>
        TryParse(text, out T value)
            ? value
            : throw Unknown(what, text, All<T>());

    /// <summary>Refuses a name: the nearest of those there are, where one is near, and all of them.</summary>
    /// <param name="what">Whose value it is.</param>
    /// <param name="text">As it was typed.</param>
    /// <param name="names">Those there are, at least one.</param>
    public static UsageException Unknown(string what, string text, IReadOnlyList<string> names)
    {
        string near = Nearest.Of(text, names) is { } name ? $"did you mean '{name}'? Use" : "use";
        return new UsageException($"{what}: '{text}' is unknown; {near} one of {string.Join(", ", names)}");
    }

    private static string[] TextsOf(Type type)
    {
        string[] names = Enum.GetNames(type);
        if (Enum.GetValuesAsUnderlyingType(type) is not int[] values || !values.AsSpan().SequenceEqual([.. Enumerable.Range(0, values.Length)]))
        {
            throw new NotSupportedException($"{type}: its members do not count up from 0");
        }

        return Array.ConvertAll(names, JsonNamingPolicy.KebabCaseLower.ConvertName);
    }

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly string[] Texts = TextsOf(typeof(T));
    }
}

/// <summary>What somebody who mistyped a name may have meant.</summary>
public static class Nearest
{
    /// <returns>The name that fewest changed, missing, added or swapped letters lead to; null where a third of the letters or more would have
    /// to change.</returns>
    public static string? Of(string typed, IEnumerable<string> names)
    {
        (string Name, int Distance)[] all = [.. names.Select(n => (n, Distance(typed, n))).OrderBy(p => p.Item2).ThenBy(p => p.n, StringComparer.Ordinal)];
        return all.Length > 0 && all[0].Distance <= Math.Max(1, (typed.Length - 1) / 3) ? all[0].Name : null;
    }

    /// <summary>Optimal string alignment (Damerau and Levenshtein).</summary>
    private static int Distance(string a, string b)
    {
        int[,] d = new int[a.Length + 1, b.Length + 1];
        for (int i = 0; i <= a.Length; i++)
        {
            d[i, 0] = i;
        }

        for (int j = 0; j <= b.Length; j++)
        {
            d[0, j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            for (int j = 1; j <= b.Length; j++)
            {
                int cost = a[i - 1] == b[j - 1] ? 0 : 1;
                d[i, j] = Math.Min(Math.Min(d[i - 1, j] + 1, d[i, j - 1] + 1), d[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
