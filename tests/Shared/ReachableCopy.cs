using System.Runtime.Versioning;

namespace ReuseBench.TestSupport;

/// <summary>A folder's files where any user may read and run them: the tree of the test may lie where only root may go. Gone with it.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ReachableCopy : IDisposable
{
    private const UnixFileMode ForAll = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly string _root = Directory.CreateTempSubdirectory("reusebench-test-").FullName;

    public ReachableCopy(string folder)
    {
        File.SetUnixFileMode(_root, ForAll);
        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            File.SetUnixFileMode(Directory.CreateDirectory(At(Path.GetRelativePath(folder, inner))).FullName, ForAll);
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            string copy = At(Path.GetRelativePath(folder, file));
            File.Copy(file, copy);
            File.SetUnixFileMode(copy, ForAll);
        }
    }

    public string At(string relative) => Path.Combine(_root, relative);

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
