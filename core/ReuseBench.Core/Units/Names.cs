using System.Text.Json;

namespace ReuseBench.Core.Units;

/// <summary>
/// The one spelling of an enumeration's members in options, YAML, CSV and JSON: kebab-case (<c>EpollExclusive</c> is
/// <c>epoll-exclusive</c>).
/// </summary>
public static class Names
{
    public static string Of<T>(T value)
        where T : struct, Enum => Table<T>.Texts[value];

    public static IReadOnlyCollection<string> All<T>()
        where T : struct, Enum => Table<T>.Values.Keys;

    public static bool TryParse<T>(string text, out T value)
        where T : struct, Enum => Table<T>.Values.TryGetValue(text, out value);

    /// <exception cref="UsageException">The text names no member; the message lists those there are.</exception>
    public static T Parse<T>(string text, string what)
        where T : struct, Enum =>
        TryParse(text, out T value)
            ? value
            : throw new UsageException($"{what}: '{text}' is unknown; use one of {string.Join(", ", All<T>())}");

    private static class Table<T>
        where T : struct, Enum
    {
        public static readonly Dictionary<T, string> Texts =
            Enum.GetValues<T>().ToDictionary(v => v, v => JsonNamingPolicy.KebabCaseLower.ConvertName(v.ToString()));

        public static readonly Dictionary<string, T> Values = Texts.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);
    }
}
