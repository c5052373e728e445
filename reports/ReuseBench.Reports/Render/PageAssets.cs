namespace ReuseBench.Reports.Render;

/// <summary>Style and script of the page, as they stand in <c>report.css</c> and <c>report.js</c>.</summary>
internal static class PageAssets
{
    public static string Style { get; } = Read("report.css");

    public static string Script { get; } = Read("report.js");

    private static string Read(string name)
    {
        using Stream stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"the assembly was built without {name}");
        using StreamReader reader = new(stream);
        return "\n" + reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
