namespace ReuseBench.Scripts.Tests;

public sealed class PublishRunHostedTests() : PublishRunTests(Engine.Hosted);

public sealed class PublishRunPwshTests() : PublishRunTests(Engine.Pwsh);

public abstract class PublishRunTests(Engine engine)
{
    private const string Script = "scripts/publish-run.ps1";

    [Fact]
    public async Task The_index_lists_each_run_the_newest_first_and_links_to_its_report()
    {
        using var folder = new TemporaryFolder();
        string older = MadeUpRun(folder, "older", "2026-07-01T10:00:00Z");
        string newer = MadeUpRun(folder, "newer", "2026-07-02T10:00:00Z");
        (await Publish(newer, folder["public"])).IsSuccess();
        (await Publish(older, folder["public"])).IsSuccess();

        string page = File.ReadAllText(folder["public/index.html"]);
        Assert.Matches("(?s)href=\"newer/report.html\">newer<.*href=\"older/report.html\">older<", page);
        Assert.Contains("<td>2026-07-02T10:00:00Z</td><td>full</td><td>2</td><td>complete</td>", page, StringComparison.Ordinal);
        Assert.Equal("<svg/>", File.ReadAllText(folder["public/older/charts/gap.svg"]));
    }

    [Fact]
    public async Task What_a_run_says_of_itself_is_text_and_never_markup()
    {
        using var folder = new TemporaryFolder();
        string run = MadeUpRun(folder, "r1", "2026-07-01T10:00:00Z", matrix: "<script>alert('x')</script>&\\u0022.yaml");
        (await Publish(run, folder["public"])).IsSuccess();
        string page = File.ReadAllText(folder["public/index.html"]);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot;.yaml", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Publishing_again_replaces_the_copy_whole()
    {
        using var folder = new TemporaryFolder();
        string run = MadeUpRun(folder, "r1", "2026-07-01T10:00:00Z");
        (await Publish(run, folder["public"])).IsSuccess();
        File.Delete(folder["r1/charts/gap.svg"]);
        folder.Write("r1/charts/latency.svg", "<svg/>");
        (await Publish(run + "/", folder["public"] + "/")).IsSuccess();
        Assert.Equal(["latency.svg"], Directory.GetFiles(folder["public/r1/charts"]).Select(Path.GetFileName));
        Assert.Equal(["r1"], Directory.GetDirectories(folder["public"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_link_is_not_followed_and_an_unreadable_neighbour_is_left_out_and_both_are_said()
    {
        using var folder = new TemporaryFolder();
        string run = MadeUpRun(folder, "r1", "2026-07-01T10:00:00Z");
        File.CreateSymbolicLink(folder["r1/logs"], "/etc");
        folder.Write("public/broken/run.json", "{");
        Finished finished = await Publish(run, folder["public"]);
        Assert.Equal(0, finished.ExitCode);
        Assert.Contains("logs: a symbolic link, not copied", finished.Error, StringComparison.Ordinal);
        Assert.Contains("broken: run.json is not readable, left out of the index", finished.Error, StringComparison.Ordinal);
        Assert.False(Path.Exists(folder["public/r1/logs"]));
        Assert.DoesNotContain("broken", File.ReadAllText(folder["public/index.html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatIf_says_what_it_would_do_and_does_nothing()
    {
        using var folder = new TemporaryFolder();
        Finished finished = await Publish(MadeUpRun(folder, "r1", "2026-07-01T10:00:00Z"), folder["public"], "-WhatIf");
        finished.IsSuccess();
        Assert.Equal([$"What if: copy {folder["r1"]} to {folder["public/r1"]} and write {folder["public/index.html"]}"], finished.OutputLines);
        Assert.False(Directory.Exists(folder["public"]));
    }

    [Theory]
    [InlineData("complete", "../escape", "run_id '../escape' in run.json is no folder name")]
    [InlineData("running", "r1", "the run is still under way")]
    public async Task A_run_that_cannot_be_published_is_refused(string status, string id, string sentence)
    {
        using var folder = new TemporaryFolder();
        string run = MadeUpRun(folder, "run", "2026-07-01T10:00:00Z", id: id, status: status);
        (await Publish(run, folder["public"])).IsRefusal(sentence);
        Assert.False(Directory.Exists(folder["public"]));
    }

    [Fact]
    public async Task An_index_inside_the_run_is_refused()
    {
        using var folder = new TemporaryFolder();
        string run = MadeUpRun(folder, "r1", "2026-07-01T10:00:00Z");
        (await Publish(run, folder["r1/public"])).IsRefusal("name another folder with -Index");
    }

    [Theory]
    [InlineData("'--help' is not an argument", "--help")]
    [InlineData("needs both -Run FOLDER", "-Run", "/tmp")]
    [InlineData("no run.json that can be read", "-Run", "/proc", "-Index", "/tmp/never-made")]
    public async Task What_cannot_be_done_is_one_line(string sentence, params string[] arguments) =>
        (await Commands.Run(engine.File(Script, arguments))).IsRefusal(sentence);

    private Task<Finished> Publish(string run, string index, params string[] more) =>
        Commands.Run(engine.File(Script, ["-Run", run, "-Index", index, .. more]));

    private static string MadeUpRun(TemporaryFolder folder, string name, string started, string matrix = "full", string? id = null, string status = "complete")
    {
        folder.Write($"{name}/run.json", $$"""
            {
              "schema_version": 1, "run_id": "{{id ?? name}}", "status": "{{status}}", "started_utc": "{{started}}", "matrix": "{{matrix}}",
              "cells": [{ "cell_id": "a" }, { "cell_id": "b" }],
              "host": { "kernel": "6.18.0", "cpu_model": "Made-up CPU", "cpus_allowed": 2, "commit": null }
            }
            """);
        folder.Write($"{name}/report.html", "<!DOCTYPE html>");
        folder.Write($"{name}/charts/gap.svg", "<svg/>");
        return folder[name];
    }
}
