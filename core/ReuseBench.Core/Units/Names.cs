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
            : throw new UsageException($"{what}: '{text}' is unknown; use one of {string.Join(", ", All<T>())}");

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
