namespace ReuseBench.Bench.Host;

/// <summary>How to start this program again in another role.</summary>
internal static class SelfExecutable
{
    /// <summary>The program and the arguments that come before the role: the native host, or <c>dotnet reusebench.dll</c>.</summary>
    public static string[] Find()
    {
        string dll = typeof(SelfExecutable).Assembly.Location;
        string host = Path.ChangeExtension(dll, null);
        return Environment.ProcessPath == host || File.Exists(host)
            ? [host]
            : [Environment.ProcessPath ?? "dotnet", dll];
    }

    /// <summary>The same and the role.</summary>
    public static string[] InRole(string role) => [.. Find(), role];
}
