using ReuseBench.Core.Units;
using ReuseBench.Linux;
using ReuseBench.Semantics.Model;

namespace ReuseBench.Semantics.Probing;

/// <summary>An observation in the words of the table: <c>bind ok, listen ok, to second</c>.</summary>
internal static class ObservationText
{
    public static string Of(Observation observed) => string.Join(", ", Parts(observed));

    /// <summary><c>ok</c>, or the errno's name; null stays null.</summary>
    public static string? Result(int? result) => result is { } value ? value < 0 ? Errno.FromResult(value).Name : "ok" : null;

    private static IEnumerable<string> Parts(Observation observed)
    {
        yield return $"bind {Result(observed.Bind)}";
        if (observed.Listen is { } listen)
        {
            yield return $"listen {Result(listen)}";
        }

        if (observed.Receivers is { } receivers)
        {
            yield return $"to {Names.Of(receivers)}";
        }

        if (observed.FirstListen is { } firstListen)
        {
            yield return $"then the first's listen {Result(firstListen)}";
        }
    }
}
