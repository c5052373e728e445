namespace ReuseBench.Bench.Building;

/// <summary>The sources that this program was built from, for the parts that are built when they are first asked for.</summary>
internal static class SourceTree
{
    /// <summary>Full path of a project; null where the program was copied away from its sources.</summary>
    /// <param name="project">Relative to the top of the tree.</param>
    public static string? Find(string project)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, project);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}
