namespace ReuseBench.Bench.Tests;

/// <summary>The source tree that the tests were built from.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    public static string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find(string folder)
    {
        for (DirectoryInfo? parent = new(folder); parent is not null; parent = parent.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(parent.FullName, "ReuseBench.sln")))
            {
                return parent.FullName;
            }
        }

        throw new InvalidOperationException($"ReuseBench.sln is in no folder above {folder}");
    }
}
