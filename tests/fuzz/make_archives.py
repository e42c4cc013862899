#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes corpus/tar_layout and corpus/zip_layout anew, by the tools whose names the files bear.

Needs GNU tar, bsdtar, busybox, git, npm, zip, 7z and Python 3. What begins with "no-" is to be refused.
Nobody runs this in a test: fuzzing starts from what is stored, whatever a later tool writes.
"""
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile

CORPUS = pathlib.Path(__file__).resolve().parent / 'corpus'
WHEN = 1577934246  # 2020-01-02 03:04:06 UTC
LONG = 'n' * 120
GNU = ['tar', '--sort=name', '--owner=0', '--group=0', '--numeric-owner', '-b', '1']
BSD = ['bsdtar', '-b', '1', '--uid', '0', '--gid', '0', '--uname', '', '--gname', '']
GIT = ['git', '-c', 'user.name=a', '-c', 'user.email=a@b', '-c', 'init.defaultBranch=main']


def run(command, out=None):
    """The output goes to a file of the corpus, or to nobody."""
    env = dict(os.environ, LC_ALL='C.UTF-8', TZ='UTC', GIT_AUTHOR_DATE=f'{WHEN} +0000',
               GIT_COMMITTER_DATE=f'{WHEN} +0000')
    made = subprocess.run([str(word) for word in command], check=True, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    if out is not None:
        out.write_bytes(made)


def make_tree():
    """In the current folder."""
    os.umask(0o022)
    pathlib.Path('in/d/empty').mkdir(parents=True)
    pathlib.Path('in/a.txt').write_text('hello\n')
    pathlib.Path('in/d/nothing').touch()
    pathlib.Path('in/d/zeros').write_text('0' * 600)
    pathlib.Path('long', LONG).mkdir(parents=True)
    pathlib.Path('long', LONG, LONG).write_text('x')
    pathlib.Path('links').mkdir()
    pathlib.Path('links/a.txt').write_text('a')
    os.symlink('a.txt', 'links/symbolic')
    os.link('links/a.txt', 'links/hard')
    os.mkfifo('links/fifo')
    with open('sparse', 'wb') as sparse:
        sparse.seek(16384)
        sparse.write(b'end')
    for path in pathlib.Path('.').rglob('*'):
        os.utime(path, (WHEN, WHEN), follow_symlinks=False)


def clean(info):
    info.uid = info.gid = 0
    info.uname = info.gname = ''
    return info


def make_tars(to):
    for name in ('v7', 'oldgnu', 'gnu', 'ustar', 'posix'):
        run(GNU + [f'--format={name}', '-cf', '-', 'in'], to / f'gnutar-{name}')
    run(GNU + ['--format=gnu', '-cf', '-', 'long'], to / 'gnutar-long')
    run(GNU + ['--format=posix', '-cf', '-', 'long'], to / 'gnutar-long-posix')
    run(GNU + ['--format=gnu', '-cf', '-', 'links'], to / 'gnutar-links')
    run(GNU + ['--format=posix', '--pax-option=globexthdr.name=g,comment=c', '-cf', '-', 'in'],
        to / 'gnutar-global')
    run(GNU + ['--format=gnu', '-S', '-cf', '-', 'sparse'], to / 'no-gnutar-sparse')
    run(GNU + ['--format=posix', '-S', '-cf', '-', 'sparse'], to / 'no-gnutar-sparse-posix')
    run(GNU + ['--format=gnu', '-V', 'label', '-cf', '-', 'in/a.txt'], to / 'no-gnutar-label')
    run(GNU + ['--format=gnu', '-G', '-cf', '-', 'in'], to / 'no-gnutar-incremental')
    for name in ('v7tar', 'gnutar', 'ustar', 'pax'):
        run(BSD + [f'--format={name}', '-cf', '-', 'in'], to / f'bsdtar-{name}')
    run(BSD + ['--format=pax', '-cf', '-', 'long'], to / 'bsdtar-long')
    run(['busybox', 'tar', 'cf', '-', 'in/a.txt', 'in/d/nothing'], to / 'busybox')
    run(GIT + ['init', 'repository'])
    shutil.copy('in/a.txt', 'repository')
    run(GIT + ['-C', 'repository', 'add', '.'])
    run(GIT + ['-C', 'repository', 'commit', '-m', 'a'])
    run(GIT + ['-C', 'repository', 'archive', '--prefix=p/', 'HEAD'], to / 'git')
    pathlib.Path('package').mkdir()
    pathlib.Path('package/package.json').write_text('{"name":"p","version":"1.0.0"}')
    pathlib.Path('package', LONG).write_text('x')
    run(['npm', 'pack', './package', '--silent'])
    (to / 'npm').write_bytes(gzip.decompress(pathlib.Path('p-1.0.0.tgz').read_bytes()))
    tarfile.RECORDSIZE = 512
    for name, number in (('ustar', 0), ('gnu', 1), ('pax', 2)):
        with tarfile.open(to / f'python-{name}', 'w', format=number) as tar:
            tar.add('in', filter=clean)
    with tarfile.open(to / 'python-long', 'w', format=2, pax_headers={'comment': 'c'}) as tar:
        tar.add('long', filter=clean)
    pax = (to / 'gnutar-posix').read_bytes()
    with tarfile.open(to / 'no-size-lie', 'w', format=2) as tar:
        info = clean(tar.gettarinfo('in/a.txt'))
        info.pax_headers = {'size': '512'}
        with open('in/a.txt', 'rb') as file:
            tar.addfile(info, file)
    (to / 'no-cut').write_bytes(pax[:-1024])
    (to / 'no-half-end').write_bytes(pax[:-512])
    (to / 'no-two').write_bytes(pax + pax)


def write_zip(name, out, method):
    class Pipe:
        def __init__(self, file):
            self.file = file
            self.write = file.write
            self.flush = file.flush

    with open(name, 'wb') as file:
        with zipfile.ZipFile(Pipe(file) if out == 'pipe' else file, 'w', method) as archive:
            for path in ('in', 'in/a.txt', 'in/d', 'in/d/zeros', 'in/d/nothing'):
                archive.write(path)
            entry = zipfile.ZipInfo('\u00e9', (2020, 1, 2, 3, 4, 6))
            with archive.open(entry, 'w', force_zip64=True) as member:
                member.write(b'x')
            archive.comment = b'' if out == 'pipe' else b'comment'


def make_zips(to):
    run(['zip', '-qrX', 'zip.zip', 'in'])
    run(['zip', '-qrX', '-fz', 'zip-64.zip', 'in'])
    run(['zip', '-qrXy', 'zip-links.zip', 'links/symbolic', 'links/a.txt'])
    run(['zip', '-qrX', '-P', 'x', 'no-zip-encrypted.zip', 'in'])
    run(['zip', '-qrX', '-Z', 'bzip2', 'no-zip-bzip2.zip', 'in'])
    run(['zip', '-qrX', '-', 'in'], to / 'zip-pipe')
    run(['7z', 'a', '-tzip', '-mtc=off', '7z.zip', 'in'])
    run(['7z', 'a', '-tzip', '-mm=deflate64', '-mtc=off', 'no-7z-deflate64.zip', 'in/d/zeros'])
    run(['7z', 'a', '-tzip', '-px', '-mem=AES256', '-mtc=off', 'no-7z-aes.zip', 'in/a.txt'])
    run(['bsdtar', '--format=zip', '-cf', 'bsdtar.zip', 'in'])
    run(['bsdtar', '--format=zip', '--options', 'zip:zip64', '-cf', 'bsdtar-64.zip', 'in'])
    for name in pathlib.Path('.').glob('*.zip'):
        shutil.copy(name, to / name.stem)
    run(GIT + ['-C', 'repository', 'archive', '--format=zip', '--prefix=p/', 'HEAD'], to / 'git')
    for method, word in ((0, 'stored'), (8, 'deflated')):
        for out in ('file', 'pipe'):
            write_zip(to / f'python-{word}-{out}', out, method)
    plain = (to / 'zip').read_bytes()
    (to / 'no-prefix').write_bytes(b'MZ' + bytes(8) + plain)
    (to / 'no-comment-cut').write_bytes((to / 'python-stored-file').read_bytes()[:-1])
    (to / 'no-two').write_bytes(plain + plain)
    (to / 'empty').write_bytes(b'PK\5\6' + bytes(18))


def main():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        make_tree()
        for name, make in (('tar_layout', make_tars), ('zip_layout', make_zips)):
            shutil.rmtree(CORPUS / name, ignore_errors=True)
            (CORPUS / name).mkdir(parents=True)
            make(CORPUS / name)
        os.chdir('/')
    return 0


if __name__ == '__main__':
    sys.exit(main())
