namespace ReuseBench.Bench.Running;

/// <summary>Text for a field of a table: a row is one line of its file, so that a torn one is known by its missing end.</summary>
internal static class OneLine
{
    public static string Of(string text) =>
        string.Join(' ', text.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
