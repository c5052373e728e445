namespace ReuseBench.SystemTests;

/// <summary>Tools of the host that a test wants; without them it is skipped, and says so.</summary>
internal static class Tools
{
    public static string Require(string tool)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists);
        Assert.SkipWhen(found is null, $"{tool} is not installed on this host");
        return found!;
    }
}
