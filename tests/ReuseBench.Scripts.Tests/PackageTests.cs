using System.Text.RegularExpressions;

namespace ReuseBench.Scripts.Tests;

/// <summary>
/// <c>scripts/package</c> with a dotnet that only makes the files that it is asked for, and the commands of the container file without an engine. What
/// the packages do is tested in the tests of whole runs.
/// </summary>
public sealed partial class PackageTests : IDisposable
{
    private const string Script = "scripts/package";

    private const string Dotnet = """
        #!/bin/sh
        { printf '%s\0' "$PWD" "$@"; printf '\n'; } >> "$FAKE_RECORD"
        verb=$1
        [ "$FAKE_FAILS" = "$verb" ] && { echo 'x.cs(1,1): error CS1002: ; expected'; echo 'noise'; exit 1; }
        while [ $# -gt 1 ]; do [ "$1" = --output ] && folder=$2; shift; done
        mkdir -p "$folder"
        case $verb in
          pack) echo package > "$folder/reusebench.0.1.0.nupkg" ;;
          publish) echo program > "$folder/reusebench"; [ -z "$FAKE_BESIDE" ] || echo x > "$folder/$FAKE_BESIDE" ;;
        esac
        """;

    private readonly TemporaryFolder _folder = new();

    public PackageTests() => File.SetUnixFileMode(_folder.Write("bin/dotnet", Dotnet), UnixFileMode.UserRead | UnixFileMode.UserExecute);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--part: 'all' is unknown; use tool, single, man or image", "--part", "all")]
    [InlineData("--rid: 'win-x64' is unknown; use linux-x64 or linux-arm64", "--rid", "win-x64")]
    [InlineData("--version: '1' is no version such as 1.2.3 or 1.2.3-rc.1", "--version", "1")]
    [InlineData("--out: an empty name; name a folder", "--out", "")]
    [InlineData("--out: needs a value", "--out")]
    [InlineData("'--all' is unknown; see --help", "--all")]
    public async Task What_a_caller_got_wrong_is_one_line(string said, params string[] arguments)
    {
        (await Run(arguments)).IsRefusal($"package: {said}");
        Assert.Empty(Calls());
    }

    [Fact]
    public async Task Help_names_every_option_with_its_default()
    {
        Finished help = await Run("--help");
        help.IsSuccess();
        foreach (string option in (string[])["--part", "--rid", "--version", "--out"])
        {
            Assert.Contains(help.OutputLines, line => line.TrimStart().StartsWith(option, StringComparison.Ordinal) && line.EndsWith(']'));
        }
    }

    [Fact]
    public async Task It_makes_what_the_page_says_and_nothing_else()
    {
        Finished run = await Run("--out", _folder["packages"]);
        Assert.True(run.ExitCode == 0, run.Error);
        string[] page =
        [
            .. File.ReadLines(SourceTree.PathOf("docs/PACKAGES.md")).Select(line => FileRow().Match(line)).Where(m => m.Success)
                .Select(m => m.Groups[1].Value),
        ];
        Assert.Equal(5, page.Length);
        Assert.Equal(page.Order(StringComparer.Ordinal), Made());
        Assert.Equal(["pack", "publish", "publish"], Calls().Select(call => call[1]));
        Assert.Equal(["linux-x64", "linux-arm64"], Calls()[1..].Select(call => call[Array.IndexOf(call, "--runtime") + 1]));
        Assert.All(Calls(), call => Assert.Equal((SourceTree.Root, "bench/ReuseBench"), (call[0], call[2])));
        Assert.All(Calls(), call => Assert.Contains("-p:IsOfPackage=true", call));
        string[] sums = [.. File.ReadLines(_folder["packages/SHA256SUMS"]).Select(line => line.Split("  ")[1])];
        Assert.Equal(page.Where(name => name != "SHA256SUMS").Order(StringComparer.Ordinal), sums.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_part_of_it_is_that_part()
    {
        Finished run = await Run("--part", "single", "--rid", "linux-arm64", "--version", "2.0.0-rc.1", "--out", _folder["packages"]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["SHA256SUMS", "reusebench-linux-arm64"], Made());
        Assert.Contains("-p:Version=2.0.0-rc.1", Assert.Single(Calls()));
    }

    [Theory]
    [InlineData("pack", "tool of dotnet")]
    [InlineData("publish", "single file for linux-x64")]
    public async Task What_cannot_be_made_is_said_with_the_error_of_the_build(string verb, string name)
    {
        Finished run = await Run(new Dictionary<string, string> { ["FAKE_FAILS"] = verb }, "--out", _folder["packages"]);
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith($"x.cs(1,1): error CS1002: ; expected\npackage: {name} could not be made\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_single_file_with_another_beside_it_is_none()
    {
        Finished run = await Run(new Dictionary<string, string> { ["FAKE_BESIDE"] = "libSkiaSharp.so" }, "--part", "single", "--out", _folder["packages"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("single file for linux-x64: libSkiaSharp.so  beside it", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_container_file_takes_the_single_file_of_its_machine()
    {
        foreach (string machine in (string[])["x64", "arm64"])
        {
            _folder.Write($"packages/reusebench-linux-{machine}", machine);
        }

        string copy = Assert.Single(Instructions("COPY"), line => !line.StartsWith("--from", StringComparison.Ordinal));
        Assert.Equal("reusebench-linux-* /packages/", copy);
        string[] runs = [.. Instructions("RUN")];
        foreach ((string debian, string machine) in ((string, string)[])[("amd64", "x64"), ("arm64", "arm64")])
        {
            File.SetUnixFileMode(_folder.Write($"{debian}/dpkg", $"#!/bin/sh\necho {debian}\n"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            string command = runs[0].Replace("/packages", _folder["packages"], StringComparison.Ordinal)
                .Replace("/picked", _folder[$"picked-{debian}"], StringComparison.Ordinal);
            var environment = new Dictionary<string, string> { ["PATH"] = $"{_folder[debian]}:{Environment.GetEnvironmentVariable("PATH")}" };
            Finished pick = await Commands.Run(["sh", "-euc", command], _folder.Path, environment);
            pick.IsSuccess();
            Assert.Equal(machine, File.ReadAllText(_folder[$"picked-{debian}/reusebench"]));
        }
    }

    [Fact]
    public async Task The_container_file_starts_what_it_installs_as_an_ordinary_user()
    {
        Assert.Contains("--from=pick /picked/reusebench /usr/local/bin/reusebench", Instructions("COPY"));
        Assert.Equal("[\"reusebench\"]", Assert.Single(Instructions("ENTRYPOINT")));
        string user = Assert.Single(Instructions("USER"));
        string folder = Assert.Single(Instructions("WORKDIR"));
        string set = Instructions("RUN").Last();
        Assert.Contains($"useradd --uid 10001 --create-home --shell /usr/sbin/nologin {user}", set, StringComparison.Ordinal);
        Assert.Contains($"--owner={user} {folder}", set, StringComparison.Ordinal);
        Assert.Contains(" libgcc-s1 libstdc++6 openssl fonts-dejavu-core ", set, StringComparison.Ordinal);
        foreach (string run in Instructions("RUN"))
        {
            (await Commands.Run(["sh", "-nc", run])).IsSuccess();
        }
    }

    /// <summary>Arguments of an instruction, lines that go on joined.</summary>
    private static IEnumerable<string> Instructions(string name) =>
        File.ReadAllText(SourceTree.PathOf("container/Containerfile")).Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Where(line => line.StartsWith(name + " ", StringComparison.Ordinal)).Select(line => line[(name.Length + 1)..]);

    private Task<Finished> Run(params string[] arguments) => Run(new Dictionary<string, string>(), arguments);

    private Task<Finished> Run(Dictionary<string, string> environment, params string[] arguments) => Commands.Run(
        ["bash", SourceTree.PathOf(Script), .. arguments], _folder.Path,
        new Dictionary<string, string>(environment)
        {
            ["PATH"] = $"{_folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
            ["FAKE_RECORD"] = _folder["record"],
            ["FAKE_FAILS"] = environment.GetValueOrDefault("FAKE_FAILS", ""),
            ["FAKE_BESIDE"] = environment.GetValueOrDefault("FAKE_BESIDE", ""),
        });

    private IEnumerable<string> Made() => Directory.GetFiles(_folder["packages"]).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal);

    /// <summary>Every call of dotnet: the directory, then the words.</summary>
    private string[][] Calls() => File.Exists(_folder["record"])
        ? [.. File.ReadAllText(_folder["record"]).Split("\0\n", StringSplitOptions.RemoveEmptyEntries).Select(call => call.Split('\0'))]
        : [];

    [GeneratedRegex(@"^\| `([^`]+)` \|")]
    private static partial Regex FileRow();
}
