<#
.SYNOPSIS
Publishes the folder of a run into a folder of static pages.

.DESCRIPTION
Copies the run folder to INDEX/RUN-ID and writes INDEX/index.html anew: one row for each run in the index, the newest first, from
its run.json. A run that is in the index already is replaced, whole, by the new copy. Symbolic links are not copied. The pages need
no scripts and nothing from elsewhere: any web server, or a browser on the files, will show them.

.PARAMETER Run
The folder that `run` has written.

.PARAMETER Index
The folder to publish into; made where it is missing.

.PARAMETER Unknown
Not to be given: what is no argument ends up here, and is refused.

.PARAMETER WhatIf
Say what would be copied and written, and change nothing.

.EXAMPLE
pwsh scripts/publish-run.ps1 -Run results/20260730-101500 -Index public
#>
#Requires -Version 7.3
[CmdletBinding(SupportsShouldProcess, PositionalBinding = $false)]
param(
    [string] $Run,
    [string] $Index,
    [Parameter(ValueFromRemainingArguments, DontShow)] [object[]] $Unknown
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Stop-Script([string] $sentence, [int] $code = 2) {
    [Console]::Error.WriteLine("publish-run.ps1: $sentence")
    exit $code
}

function Resolve-Folder([string] $path) {
    $here = $ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath
    [System.IO.Path]::TrimEndingDirectorySeparator([System.IO.Path]::GetFullPath($path, $here))
}

function Test-Within([string] $path, [string] $folder) {
    "$path/".StartsWith("$folder/", [System.StringComparison]::Ordinal)
}

# The manifest of a run; an exception where there is none that can be read.
function Read-Manifest([string] $folder) {
    $text = [System.IO.File]::ReadAllText([System.IO.Path]::Combine($folder, 'run.json'))
    $manifest = [System.Text.Json.Nodes.JsonNode]::Parse($text)
    if ($manifest -isnot [System.Text.Json.Nodes.JsonObject]) {
        throw [System.Text.Json.JsonException]::new('not a JSON object')
    }

    # An enumerable would be taken apart on its way out of a function.
    , $manifest
}

# The text at a path of names in the manifest; empty where there is none.
function Get-Text([System.Text.Json.Nodes.JsonNode] $manifest, [string[]] $names) {
    $node = $manifest
    foreach ($name in $names) {
        $node = $node -is [System.Text.Json.Nodes.JsonObject] ? $node[$name] : $null
    }

    $null -eq $node ? '' : $node.ToString()
}

# Files and folders only: a link could lead out of the run, or round in a circle.
function Copy-Folder([string] $from, [string] $to) {
    $null = [System.IO.Directory]::CreateDirectory($to)
    foreach ($entry in [System.IO.DirectoryInfo]::new($from).GetFileSystemInfos()) {
        $target = [System.IO.Path]::Combine($to, $entry.Name)
        if ($null -ne $entry.LinkTarget) {
            [Console]::Error.WriteLine("publish-run.ps1: $($entry.FullName): a symbolic link, not copied")
        }
        elseif ($entry -is [System.IO.DirectoryInfo]) {
            Copy-Folder $entry.FullName $target
        }
        else {
            [System.IO.File]::Copy($entry.FullName, $target)
        }
    }
}

# A reader of the index sees the old copy or the new one, never half of one.
function Publish-Folder([string] $from, [string] $to) {
    $draft = "$to.new"
    $old = "$to.old"
    foreach ($left in $draft, $old) {
        if ([System.IO.Directory]::Exists($left)) {
            [System.IO.Directory]::Delete($left, $true)
        }
    }

    Copy-Folder $from $draft
    if ([System.IO.Directory]::Exists($to)) {
        [System.IO.Directory]::Move($to, $old)
    }

    [System.IO.Directory]::Move($draft, $to)
    if ([System.IO.Directory]::Exists($old)) {
        [System.IO.Directory]::Delete($old, $true)
    }
}

function ConvertTo-Cell([string] $text) {
    "<td>$([System.Net.WebUtility]::HtmlEncode($text))</td>"
}

function ConvertTo-Row([string] $folder, [System.Text.Json.Nodes.JsonObject] $manifest) {
    $name = [System.IO.Path]::GetFileName($folder)
    $page = [System.IO.File]::Exists([System.IO.Path]::Combine($folder, 'report.html')) ? 'report.html' : ''
    $link = [System.Net.WebUtility]::HtmlEncode("$([uri]::EscapeDataString($name))/$page")
    $cells = $manifest['cells'] -is [System.Text.Json.Nodes.JsonArray] ? "$($manifest['cells'].Count)" : ''
    '<tr><td><a href="' + $link + '">' + [System.Net.WebUtility]::HtmlEncode((Get-Text $manifest 'run_id')) + '</a></td>' +
    (ConvertTo-Cell (Get-Text $manifest 'started_utc')) + (ConvertTo-Cell (Get-Text $manifest 'matrix')) + (ConvertTo-Cell $cells) +
    (ConvertTo-Cell (Get-Text $manifest 'status')) + (ConvertTo-Cell (Get-Text $manifest 'host', 'cpu_model')) +
    (ConvertTo-Cell (Get-Text $manifest 'host', 'cpus_allowed')) + (ConvertTo-Cell (Get-Text $manifest 'host', 'kernel')) +
    (ConvertTo-Cell (Get-Text $manifest 'host', 'commit')) + '</tr>'
}

function Write-Index([string] $index) {
    $runs = foreach ($folder in [System.IO.Directory]::GetDirectories($index) | Where-Object { $_ -notmatch '\.(new|old)$' }) {
        if ([System.IO.File]::Exists([System.IO.Path]::Combine($folder, 'run.json'))) {
            try {
                $manifest = Read-Manifest $folder
                [pscustomobject] @{ Folder = $folder; Manifest = $manifest; Started = Get-Text $manifest 'started_utc' }
            }
            catch {
                [Console]::Error.WriteLine("publish-run.ps1: ${folder}: run.json is not readable, left out of the index")
            }
        }
    }

    $rows = [System.Linq.Enumerable]::ToArray([object[]] @($runs))
    $newestFirst = [System.Comparison[object]] { param($a, $b) [string]::CompareOrdinal("$($b.Started) $($b.Folder)", "$($a.Started) $($a.Folder)") }
    [array]::Sort($rows, $newestFirst)
    $page = @(
        '<!DOCTYPE html>'
        '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>ReuseBench runs</title>'
        '<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem}table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:left;border-bottom:1px solid #ccc}</style>'
        '</head><body><h1>ReuseBench runs</h1><table>'
        '<thead><tr><th>Run</th><th>Started (UTC)</th><th>Matrix</th><th>Cells</th><th>Status</th><th>CPU</th><th>CPUs</th><th>Kernel</th><th>Commit</th></tr></thead><tbody>'
        $rows | ForEach-Object { ConvertTo-Row $_.Folder $_.Manifest }
        '</tbody></table></body></html>'
    )
    $path = [System.IO.Path]::Combine($index, 'index.html')
    [System.IO.File]::WriteAllLines("$path.new", [string[]] $page)
    [System.IO.File]::Move("$path.new", $path, $true)
}

if ($Unknown) {
    Stop-Script "'$($Unknown[0])' is not an argument; there are -Run FOLDER, -Index FOLDER and -WhatIf (Get-Help scripts/publish-run.ps1)"
}

if ($Run -eq '' -or $Index -eq '') {
    Stop-Script 'needs both -Run FOLDER, a folder that `run` has written, and -Index FOLDER, where to publish it'
}

$Run = Resolve-Folder $Run
$Index = Resolve-Folder $Index
try {
    $manifest = Read-Manifest $Run
}
catch {
    Stop-Script "${Run}: no run.json that can be read as the manifest of a run ($($_.Exception.GetBaseException().Message)); name a folder that ``run`` has written"
}

$id = Get-Text $manifest 'run_id'
if ($id -cnotmatch '^[A-Za-z0-9][A-Za-z0-9._-]*$' -or $id -match '\.(new|old)$') {
    Stop-Script "${Run}: run_id '$id' in run.json is no folder name (letters, digits, dot, dash and underscore; not ending in .new or .old)"
}

if ((Get-Text $manifest 'status') -eq 'running') {
    Stop-Script "${Run}: the run is still under way (status running in run.json); publish it when it has ended, or end it with run --resume"
}

$target = [System.IO.Path]::Combine($Index, $id)
if ((Test-Within $Index $Run) -or (Test-Within $Run $target)) {
    Stop-Script "${Index}: is inside the run folder, or the run is its own copy there; name another folder with -Index"
}

if ($PSCmdlet.ShouldProcess("copy $Run to $target and write $([System.IO.Path]::Combine($Index, 'index.html'))", '', '')) {
    try {
        Publish-Folder $Run $target
        Write-Index $Index
    }
    catch {
        Stop-Script "$($_.Exception.GetBaseException().Message)" 1
    }

    "published $id in $Index"
}

exit 0
