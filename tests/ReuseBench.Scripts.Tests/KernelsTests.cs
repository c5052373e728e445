namespace ReuseBench.Scripts.Tests;

/// <summary><c>scripts/kernels</c> up to where it needs root, a network and half an hour.</summary>
public sealed class KernelsTests
{
    private const string Script = "scripts/kernels";

    [Theory]
    [InlineData("--kernel: '6' is no series such as 6.1", "--kernel", "6")]
    [InlineData("--part: 'all' is unknown; use semantics, tests or matrix", "--part", "all")]
    [InlineData("--cpus: '0' is out of range; use 1 to 64", "--cpus", "0")]
    [InlineData("--cpus: 'two' is out of range; use 1 to 64", "--cpus", "two")]
    [InlineData("--minutes: '0' is out of range; use 1 to 600", "--minutes", "0")]
    [InlineData("--configuration: 'Fast' is unknown; use release or debug", "--configuration", "Fast")]
    [InlineData("--out: an empty name; name a folder", "--out", "")]
    [InlineData("--out: needs a value", "--out")]
    [InlineData("'--all' is unknown; see --help", "--all")]
    public async Task What_a_caller_got_wrong_is_one_line(string said, params string[] arguments) =>
        (await Run([SourceTree.PathOf(Script), .. arguments])).IsRefusal($"kernels: {said}");

    [Fact]
    public async Task Help_names_every_option_with_its_default()
    {
        Finished help = await Run([SourceTree.PathOf(Script), "--help"]);
        help.IsSuccess();
        foreach (string option in (string[])["--kernel", "--part", "--cpus", "--minutes", "--configuration", "--out"])
        {
            Assert.Contains(help.OutputLines, line => line.TrimStart().StartsWith(option, StringComparison.Ordinal) && line.EndsWith(']'));
        }
    }

    [Fact]
    public async Task Without_a_build_it_says_how_to_make_one()
    {
        using TemporaryFolder tree = new();
        Directory.CreateDirectory(Path.Combine(tree.Path, "scripts"));
        File.Copy(SourceTree.PathOf(Script), Path.Combine(tree.Path, Script));
        (await Run([Path.Combine(tree.Path, Script)])).IsRefusal("there is no release build of bench/ReuseBench; make one with `dotnet build -c Release`");
    }

    private static Task<Finished> Run(IEnumerable<string> command) => Commands.Run(["bash", .. command]);
}
