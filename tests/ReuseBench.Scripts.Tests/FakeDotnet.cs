namespace ReuseBench.Scripts.Tests;

/// <summary>A `dotnet` that comes first on PATH, writes down where and with what words it was called, and ends as told.</summary>
internal sealed class FakeDotnet : IDisposable
{
    private const string Text = """
        #!/bin/sh
        { printf '%s\0' "$PWD" "$@"; printf '\n'; } >> "$FAKE_RECORD"
        case $1 in
          --version) exit "$FAKE_VERSION_EXIT" ;;
          build) echo 'error from the build'; exit "$FAKE_BUILD_EXIT" ;;
          *) echo 'data of the command'; exit "$FAKE_PROGRAM_EXIT" ;;
        esac
        """;

    private const string PublishedText = """
        #!/bin/sh
        { printf '%s\0' "$PWD" reusebench "$@"; printf '\n'; } >> "$FAKE_RECORD"
        echo 'data of the command'
        exit "$FAKE_PROGRAM_EXIT"
        """;

    private readonly TemporaryFolder _folder = new();

    public FakeDotnet()
    {
        File.SetUnixFileMode(_folder.Write("bin/dotnet", Text), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_folder["elsewhere"]);
    }

    public int VersionExit { get; init; }

    public int BuildExit { get; init; }

    public int ProgramExit { get; init; }

    /// <summary>Whether a published program lies beside it.</summary>
    public bool HasPublished
    {
        get => File.Exists(Published);
        init
        {
            if (value)
            {
                _folder.Write("bin/reusebench", PublishedText);
                File.SetUnixFileMode(Published, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }
    }

    public string Published => _folder["bin/reusebench"];

    /// <summary>The directory that the script is called from, which is not the source tree.</summary>
    public string Caller => _folder["elsewhere"];

    public bool WasCalled => File.Exists(_folder["record"]);

    public Task<Finished> Run(string[] command) => Commands.Run(command, Caller, new Dictionary<string, string>
    {
        ["PATH"] = _folder["bin"] + ":" + Environment.GetEnvironmentVariable("PATH"),
        ["FAKE_RECORD"] = _folder["record"],
        ["FAKE_VERSION_EXIT"] = $"{VersionExit}",
        ["FAKE_BUILD_EXIT"] = $"{BuildExit}",
        ["FAKE_PROGRAM_EXIT"] = $"{ProgramExit}",
    });

    /// <summary>Every call: the directory, then the words.</summary>
    public string[][] Calls() => [.. File.ReadAllText(_folder["record"]).Split("\0\n", StringSplitOptions.RemoveEmptyEntries).Select(call => call.Split('\0'))];

    /// <summary>The words of the one call of `build`, or of `reusebench.dll run`.</summary>
    public string[] Words(string verb) => Assert.Single(Calls(), call => IsCallOf(call, verb))[1..];

    /// <summary>What came after `dotnet reusebench.dll run`.</summary>
    public string[] Passed() => Assert.Single(AllPassed());

    /// <summary>The same, where the script was called several times.</summary>
    public string[][] AllPassed() => [.. Calls().Where(call => IsCallOf(call, "run")).Select(call => call[3..])];

    public void Dispose() => _folder.Dispose();

    private static bool IsCallOf(string[] call, string verb) => call[1] == verb || call.ElementAtOrDefault(2) == verb;
}
