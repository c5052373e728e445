namespace ReuseBench.Shared;

/// <summary>The source tree that the tests were built from, and the texts in it that are made from definitions.</summary>
internal static class Repository
{
    private const string Update = "REUSEBENCH_UPDATE_SNAPSHOTS";

    private static readonly string Root = Find(AppContext.BaseDirectory);

    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A run folder of schema version 1, as the released program wrote it; its timeline and its semantics are cut short.</summary>
    public static string RunOfVersion1 => At("tests", "Shared", "smoke-schema1");

    /// <summary>Holds a file to a text; where the environment asks for it, writes it instead.</summary>
    public static void RequireSame(string text, params string[] parts)
    {
        string path = At(parts);
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }

        Assert.True(
            File.Exists(path) && File.ReadAllText(path) == text,
            $"{path} is not what the definitions say; set {Update}=1 and run this test to write it anew");
    }

    /// <summary>
    /// Holds the parts of a written page that are made from definitions to their texts; each stands between <c>&lt;!-- begin NAME --&gt;</c> and
    /// <c>&lt;!-- end NAME --&gt;</c>.
    /// </summary>
    public static void RequireSameParts(IEnumerable<KeyValuePair<string, Func<string>>> texts, params string[] parts)
    {
        string page = File.ReadAllText(At(parts));
        foreach ((string name, Func<string> text) in texts)
        {
            string begin = $"<!-- begin {name} -->\n";
            int from = page.IndexOf(begin, StringComparison.Ordinal);
            int to = page.IndexOf($"<!-- end {name} -->", StringComparison.Ordinal);
            Assert.True(from >= 0 && to > from, $"{At(parts)} has no place for {name}");
            page = page[..(from + begin.Length)] + text() + page[to..];
        }

        RequireSame(page, parts);
    }

    private static string Find(string folder)
    {
        for (DirectoryInfo? parent = new(folder); parent is not null; parent = parent.Parent)
        {
            if (File.Exists(Path.Combine(parent.FullName, "ReuseBench.sln")))
            {
                return parent.FullName;
            }
        }

        throw new InvalidOperationException($"ReuseBench.sln is in no folder above {folder}");
    }
}
